/** One entry of `GET /v1/models`. */
export interface ModelEntry {
  id: string;
  object: 'model';
  /** Seconds since the epoch. */
  created: number;
  owned_by: 'switchyard';
}

/** One flow as a model; also the body of `GET /v1/models/{id}`. */
export function modelEntry(id: string, createdAtWallMs: number): ModelEntry {
  return { id, object: 'model', created: Math.floor(createdAtWallMs / 1000), owned_by: 'switchyard' };
}

/** The `/v1/models` list: flows by slug and by each alias, since a client may send either as `model`. */
export function modelList(
  flows: readonly { slug: string; aliases: readonly string[] }[],
  createdAtWallMs: number,
): { object: 'list'; data: ModelEntry[] } {
  const ids = new Set(flows.flatMap((flow) => [flow.slug, ...flow.aliases]));
  return { object: 'list', data: [...ids].map((id) => modelEntry(id, createdAtWallMs)) };
}
