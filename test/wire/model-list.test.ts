import { describe, expect, it } from 'vitest';
import { type ModelPage, modelEntry, modelList } from '#lib/wire/model-list.ts';

const WHOLE: ModelPage = { limit: null, afterId: null, beforeId: null };
const entries = ['a', 'b', 'c', 'd', 'e'].map((id) =>
  modelEntry({ id, name: id.toUpperCase(), contextWindow: null }, 5500),
);
const idsOf = (page: Partial<ModelPage>) => {
  const { data, has_more, first_id, last_id } = modelList(entries, { ...WHOLE, ...page });
  return { ids: data.map(({ id }) => id).join(''), has_more, first_id, last_id };
};

describe('a model in the list', () => {
  it("has the fields of OpenAI's list and of Anthropic's", () => {
    const entry = modelEntry({ id: 'support-chat', name: 'Support', contextWindow: 200_000 }, 5500);
    expect(entry).toMatchObject({ id: 'support-chat', object: 'model', created: 5, owned_by: 'switchyard' });
    expect(entry).toMatchObject({
      type: 'model',
      display_name: 'Support',
      created_at: '1970-01-01T00:00:05.500Z',
      max_input_tokens: 200_000,
    });
  });
});

describe('the list', () => {
  it('is whole unless a page is asked for', () => {
    expect(idsOf({})).toEqual({ ids: 'abcde', has_more: false, first_id: 'a', last_id: 'e' });
    expect(idsOf({ limit: 1000 })).toMatchObject({ ids: 'abcde', has_more: false });
  });

  it('is paged forwards and backwards, and says whether there is more', () => {
    expect(idsOf({ limit: 2 })).toEqual({ ids: 'ab', has_more: true, first_id: 'a', last_id: 'b' });
    expect(idsOf({ limit: 2, afterId: 'b' })).toMatchObject({ ids: 'cd', has_more: true });
    expect(idsOf({ limit: 2, afterId: 'd' })).toMatchObject({ ids: 'e', has_more: false });
    expect(idsOf({ limit: 2, beforeId: 'd' })).toMatchObject({ ids: 'bc', has_more: true });
    expect(idsOf({ limit: 2, beforeId: 'c' })).toMatchObject({ ids: 'ab', has_more: false });
    expect(idsOf({ afterId: 'e' })).toEqual({ ids: '', has_more: false, first_id: null, last_id: null });
  });
});
