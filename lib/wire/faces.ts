import { chatFace } from './openai/chat-face.ts';
import { responsesFace } from './responses/face.ts';
import type { ChatFace, FaceFormat } from './types.ts';

const FACES: Readonly<Partial<Record<ChatFace, FaceFormat>>> = { chat: chatFace, responses: responsesFace };

/** Everything that differs between the dialects on the client's side. */
export function faceFormat(face: ChatFace): FaceFormat {
  const known = FACES[face];
  if (known === undefined) throw new Error(`The face "${face}" has no format.`);
  return known;
}
