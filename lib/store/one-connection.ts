import { PrismaLibSql } from '@prisma/adapter-libsql';

type Client = ReturnType<PrismaLibSql['createClient']>;
type Transaction = Awaited<ReturnType<Client['transaction']>>;

/**
 * libSQL's client opens a new connection after every transaction, which forgets the PRAGMAs and leaves file handles behind. This
 * factory keeps to one connection: the adapter's own lock then runs statements and transactions one after the other, so that
 * "database is locked" cannot happen inside this process.
 */
export class OneConnectionLibSql extends PrismaLibSql {
  readonly #pragmas: readonly string[];
  readonly #open = new Set<Client>();

  constructor(path: string, pragmas: readonly string[]) {
    super({ url: `file:${path}` });
    this.#pragmas = pragmas;
  }

  override createClient(config: Parameters<PrismaLibSql['createClient']>[0]): Client {
    const inner = super.createClient(config);
    this.#open.add(inner);
    return oneConnection(inner, this.#pragmas);
  }

  /** Closes what Prisma's engines leave open. */
  closeAll(): void {
    for (const client of this.#open) if (!client.closed) client.close();
    this.#open.clear();
  }
}

function oneConnection(inner: Client, pragmas: readonly string[]): Client {
  let prepared: Promise<void> | null = null;
  const ready = () => {
    prepared ??= runAll(inner, pragmas);
    return prepared;
  };
  const client: Pick<
    Client,
    'execute' | 'executeMultiple' | 'transaction' | 'close' | 'closed' | 'protocol'
  > = {
    async execute(statement: Parameters<Client['execute']>[0]) {
      await ready();
      return inner.execute(statement);
    },
    async executeMultiple(sql) {
      await ready();
      return inner.executeMultiple(sql);
    },
    async transaction() {
      await ready();
      // IMMEDIATE: the write lock is taken now, not at the first write, so a transaction never fails half-way for it.
      await inner.execute('BEGIN IMMEDIATE');
      return transactionOn(inner);
    },
    close: () => inner.close(),
    get closed() {
      return inner.closed;
    },
    protocol: inner.protocol,
  };
  return asClient(client);
}

function transactionOn(inner: Client): Transaction {
  let open = true;
  const rollback = async () => {
    if (!open) return;
    open = false;
    await inner.execute('ROLLBACK');
  };
  const transaction: Pick<Transaction, 'execute' | 'commit' | 'rollback' | 'close' | 'closed'> = {
    execute: (statement: Parameters<Client['execute']>[0]) => inner.execute(statement),
    async commit() {
      try {
        await inner.execute('COMMIT');
        open = false;
      } catch (error) {
        // A refused COMMIT leaves the transaction open, and the next one on this connection could not begin.
        await rollback().catch(() => undefined);
        throw error;
      }
    },
    rollback,
    close: () => undefined,
    get closed() {
      return !open;
    },
  };
  return asTransaction(transaction);
}

async function runAll(client: Client, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await client.execute(statement);
}

/** The adapter calls these members only; batch, migrate, sync and reconnect are for remote databases. */
function asClient(client: object): Client {
  return client as Client;
}

function asTransaction(transaction: object): Transaction {
  return transaction as Transaction;
}
