import { messagesFace } from './anthropic/messages-face.ts';
import { chatFace } from './openai/chat-face.ts';
import { responsesFace } from './responses/face.ts';
import type { ChatFace, FaceFormat } from './types.ts';

const FACES: Readonly<Record<ChatFace, FaceFormat>> = {
  chat: chatFace,
  responses: responsesFace,
  messages: messagesFace,
};

/** Everything that differs between the dialects on the client's side. */
export function faceFormat(face: ChatFace): FaceFormat {
  return FACES[face];
}
