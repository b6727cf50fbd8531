import type { Envelope, FromGateway, FromSupervisor, ToSupervisor } from '#lib/contract/ipc.ts';

/** This process's end of the pipe to the supervisor. */
export interface ControlChannel {
  send(envelope: Envelope): void;
  tellSupervisor(message: ToSupervisor): void;
  /** Messages that came before the first listener wait for it. */
  onMessage(listener: (message: FromGateway | FromSupervisor) => void): void;
}

/** Over the IPC channel that fork opened; without one (started by hand) messages go nowhere. */
export function processChannel(): ControlChannel {
  let listener: ((message: FromGateway | FromSupervisor) => void) | null = null;
  const early: (FromGateway | FromSupervisor)[] = [];
  process.on('message', (envelope: Envelope) => {
    const message: FromGateway | FromSupervisor = JSON.parse(envelope.body);
    if (listener === null) early.push(message);
    else listener(message);
  });
  const send = (envelope: Envelope) => {
    if (process.connected) process.send?.(envelope, () => {});
  };
  return {
    send,
    tellSupervisor: (message) => send({ to: 'supervisor', body: JSON.stringify(message) }),
    onMessage: (added) => {
      listener = added;
      for (const message of early.splice(0)) added(message);
    },
  };
}
