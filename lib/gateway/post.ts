import type { Envelope, FromGateway, KeptName } from '#lib/contract/ipc.ts';

/** Sends a message to control; `keep` names what the supervisor replays to a new worker. */
export type Post = (message: FromGateway, keep?: KeptName) => void;

export function poster(send: (envelope: Envelope) => void): Post {
  return (message, keep) => {
    const body = JSON.stringify(message);
    send(keep === undefined ? { to: 'control', body } : { to: 'control', keep, body });
  };
}
