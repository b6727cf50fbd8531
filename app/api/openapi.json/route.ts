import { route } from '../handle.ts';

export const GET = route('openapi.get', ({ runtime }) => Response.json(runtime.openApi()));
