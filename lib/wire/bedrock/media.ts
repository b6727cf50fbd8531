const IMAGES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'image/png': 'png',
    'image/jpeg': 'jpeg',
    'image/jpg': 'jpeg',
    'image/gif': 'gif',
    'image/webp': 'webp',
  }),
);

const DOCUMENTS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'application/pdf': 'pdf',
    'text/csv': 'csv',
    'text/html': 'html',
    'text/markdown': 'md',
    'application/msword': 'doc',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
    'application/vnd.ms-excel': 'xls',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  }),
);

/** Converse's name for an image's type; null: it takes no such image. */
export function imageFormat(mediaType: string): string | null {
  return IMAGES.get(mediaType.toLowerCase()) ?? null;
}

/** Converse's name for a document's type; null: it takes no such document. Texts of any kind are text. */
export function documentFormat(mediaType: string): string | null {
  const type = mediaType.toLowerCase();
  return DOCUMENTS.get(type) ?? (/^text\/|^application\/json$/.test(type) ? 'txt' : null);
}

/** A name as Converse takes it: letters, digits, hyphens, parentheses, brackets and single spaces, at most 200 characters. */
export function documentName(name: string | null): string {
  const plain = (name ?? '')
    .replace(/\.[A-Za-z0-9]{1,5}$/, '')
    .replace(/[^A-Za-z0-9\-()[\]]+/g, ' ')
    .trim()
    .slice(0, 200)
    .trim();
  return plain === '' ? 'document' : plain;
}
