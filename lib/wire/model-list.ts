/** A name that clients may send as `model`. */
export interface NamedModel {
  id: string;
  name: string;
  /** Tokens that fit; null: not known. */
  contextWindow: number | null;
}

/** One entry of `GET /v1/models`: the fields of OpenAI's list and of Anthropic's together, so that either client reads it. */
export interface ModelEntry {
  id: string;
  object: 'model';
  /** Seconds since the epoch. */
  created: number;
  owned_by: 'switchyard';
  type: 'model';
  display_name: string;
  /** RFC 3339. */
  created_at: string;
  lifecycle: 'active';
  capabilities: null;
  line: null;
  deprecated_at: null;
  retires_at: null;
  max_input_tokens: number | null;
  max_tokens: null;
}

export interface ModelList<T extends ModelEntry> {
  object: 'list';
  data: T[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
}

/** Anthropic's pagination; without any of it the list is whole. */
export interface ModelPage {
  limit: number | null;
  afterId: string | null;
  beforeId: string | null;
}

/** Also the body of `GET /v1/models/{id}`. */
export function modelEntry({ id, name, contextWindow }: NamedModel, createdAtWallMs: number): ModelEntry {
  return {
    id,
    object: 'model',
    created: Math.floor(createdAtWallMs / 1000),
    owned_by: 'switchyard',
    type: 'model',
    display_name: name,
    created_at: new Date(createdAtWallMs).toISOString(),
    lifecycle: 'active',
    capabilities: null,
    line: null,
    deprecated_at: null,
    retires_at: null,
    max_input_tokens: contextWindow,
    max_tokens: null,
  };
}

/** The page asked for: `after_id` reads on from there, `before_id` gives what stands just before it. An unknown id is ignored. */
export function modelList<T extends ModelEntry>(entries: readonly T[], page: ModelPage): ModelList<T> {
  const { limit, afterId, beforeId } = page;
  const after = afterId === null ? -1 : entries.findIndex(({ id }) => id === afterId);
  const before = beforeId === null ? -1 : entries.findIndex(({ id }) => id === beforeId);
  const rest = entries.slice(after + 1, before === -1 ? undefined : before);
  const size = limit ?? rest.length;
  const data = before === -1 ? rest.slice(0, size) : rest.slice(Math.max(0, rest.length - size));
  return {
    object: 'list',
    data,
    has_more: data.length < rest.length,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  };
}
