import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ConfigDiff } from '#lib/contract/api.ts';
import { CONFIG_FILE_LIMIT_BYTES, type ConfigFileView } from '#lib/contract/config-file.ts';
import { applyConfigFile, reapplyConfigFile } from '#lib/control/config/apply-file.ts';
import { compareConfigFile } from '#lib/control/config/compare-file.ts';
import { fileNotice } from '#lib/control/config/file-notice.ts';
import { faultSentence, sha256Of } from '#lib/control/config/parse-file.ts';
import type { ControlContext } from '#lib/control/context.ts';
import { ControlError, isControlError } from '#lib/control/errors.ts';
import { StartFault } from './control-fault.ts';

/** How old what was read from the disk may be when the notice is asked for. */
const REREAD_MS = 30_000;

/** Its content, or why it cannot be read. */
type OnDisk = { text: string; sha256: string } | { text: null; problem: string };

type Standing = Omit<ConfigFileView, 'notice'>;

export interface ConfigFileOptions {
  /** The product's own actor. */
  ctx: ControlContext;
  path: string;
  /** Of the configuration that is running; null before the first. */
  runningVersion: () => number | null;
}

/** The file of SWITCHYARD_CONFIG: applied at start, and from then on held against what is running. */
export class ConfigFile {
  readonly name: string;
  readonly #options: ConfigFileOptions;
  #startSha256: string | null = null;
  #disk: OnDisk | null = null;
  #readAt = 0;
  #known: { file: ConfigFileView; runningVersion: number | null; disk: OnDisk } | null = null;

  constructor(options: ConfigFileOptions) {
    this.#options = options;
    this.name = basename(options.path);
  }

  /** Puts it in force where nobody has edited. @throws StartFault when it cannot be used */
  async applyAtStart(): Promise<void> {
    const { ctx, path } = this.#options;
    const disk = await this.#read();
    if (disk.text === null) throw new StartFault(`SWITCHYARD_CONFIG names ${path}: ${disk.problem}`);
    this.#startSha256 = disk.sha256;
    try {
      await applyConfigFile({
        ctx: { ...ctx, via: 'config-file' },
        input: { text: disk.text, name: this.name },
      });
    } catch (error) {
      throw isControlError(error) ? new StartFault(`The configuration ${faultSentence(path, error)}`) : error;
    }
  }

  /** What to tell about it now; reads the disk and the database only when something may have changed. */
  async notice(): Promise<string | null> {
    const { ctx, runningVersion } = this.#options;
    const fresh = this.#disk !== null && ctx.now() - this.#readAt < REREAD_MS;
    const disk = fresh && this.#disk !== null ? this.#disk : await this.#read();
    const known = this.#known;
    if (known !== null && known.runningVersion === runningVersion() && sameContent(known.disk, disk))
      return known.file.notice;
    return (await this.#compare(disk)).notice;
  }

  /** The file as it is on the disk now, beside what is running. */
  async view(): Promise<ConfigFileView> {
    return this.#compare(await this.#read());
  }

  /**
   * Puts the file in force, whatever was edited here.
   * @throws ControlError `conflict` when it is not what was looked at, `stale_version`, `invalid`
   */
  async apply(ctx: ControlContext, seen: { sha256: string; configVersion: number }): Promise<ConfigDiff> {
    const disk = await this.#read();
    if (disk.text === null) throw new ControlError('invalid', disk.problem);
    if (disk.sha256 !== seen.sha256) {
      const message = `${this.name} has changed since you looked at it. Look at the differences again, then repeat.`;
      throw new ControlError('conflict', message);
    }
    const input = { text: disk.text, name: this.name, expectedVersion: seen.configVersion };
    const diff = await reapplyConfigFile({ ctx, input });
    this.#startSha256 = disk.sha256;
    return diff;
  }

  async #read(): Promise<OnDisk> {
    const { ctx, path } = this.#options;
    const disk = await contentOf(path, this.name);
    this.#disk = disk;
    this.#readAt = ctx.now();
    return disk;
  }

  async #compare(disk: OnDisk): Promise<ConfigFileView> {
    const runningVersion = this.#options.runningVersion();
    const file = disk.text === null ? this.#unreadable(disk.problem) : await this.#compareText(disk);
    const view = { ...file, notice: fileNotice(file) };
    this.#known = { file: view, runningVersion, disk };
    return view;
  }

  async #compareText({ text, sha256 }: Extract<OnDisk, { text: string }>): Promise<Standing> {
    const { name } = this;
    const compared = await compareConfigFile({ ctx: this.#options.ctx, input: { name, text } });
    return { name, sha256, changedSinceStart: sha256 !== this.#startSha256, ...compared };
  }

  #unreadable(problem: string): Standing {
    const configVersion = this.#options.runningVersion() ?? 0;
    const unknown = { sha256: null, changedSinceStart: true, changes: [], edited: false };
    return { name: this.name, problem, configVersion, ...unknown };
  }
}

function sameContent(a: OnDisk, b: OnDisk): boolean {
  if (a.text === null || b.text === null) return 'problem' in a && 'problem' in b && a.problem === b.problem;
  return a.sha256 === b.sha256;
}

async function contentOf(path: string, name: string): Promise<OnDisk> {
  try {
    // Opening a pipe waits for whoever writes into it, and every page asks for the notice.
    const found = await stat(path);
    if (!found.isFile()) {
      const what = found.isDirectory() ? 'a folder, not a file' : 'not a regular file';
      return { text: null, problem: `${name} is ${what}.` };
    }
    if (found.size > CONFIG_FILE_LIMIT_BYTES) {
      const limit = CONFIG_FILE_LIMIT_BYTES / 1024 / 1024;
      return { text: null, problem: `${name} is larger than ${limit} MB.` };
    }
    const text = await readFile(path, 'utf8');
    return { text, sha256: sha256Of(text) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    return { text: null, problem: `${name} cannot be read (${code}).` };
  }
}
