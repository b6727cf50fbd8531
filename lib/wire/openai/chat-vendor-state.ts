import type { VendorState } from '../canonical-request.ts';
import { asArray, asObject, asText, type JsonObject } from '../json.ts';

/** What of a chat request means something to one account only: uploaded files, and spoken answers that are referred to. */
export function vendorStateOf(json: JsonObject): VendorState[] {
  const found: VendorState[] = [];
  for (const item of asArray(json.messages)) {
    const message = asObject(item);
    const spoken = asText(asObject(message?.audio)?.id);
    if (spoken !== null) found.push({ what: 'a spoken answer', strippable: false, id: spoken });
    for (const part of asArray(message?.content)) {
      const file = asText(asObject(asObject(part)?.file)?.file_id);
      if (file !== null) found.push({ what: 'an uploaded file', strippable: false, id: file });
    }
  }
  return found;
}
