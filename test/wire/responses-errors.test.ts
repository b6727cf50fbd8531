import { describe, expect, it } from 'vitest';
import { classifyReply } from '#lib/wire/classify.ts';

function classOf(status: number, error: object): string {
  const body = Buffer.from(JSON.stringify({ error }));
  return classifyReply({ kind: 'openai', status, headers: {}, body }).class;
}

describe('an error reply of the Responses API', () => {
  it.each([
    [
      'an item that another account keeps, or nobody',
      404,
      {
        message:
          "Item with id 'rs_0de71781' not found. Items are not persisted when `store` is set to false. Try again with `store` set to true, or remove this item from your input.",
        type: 'invalid_request_error',
        param: 'input',
        code: null,
      },
      'state_not_portable',
    ],
    [
      'a response that another account keeps',
      400,
      {
        message: "Previous response with id 'resp_1' not found.",
        type: 'invalid_request_error',
        param: 'previous_response_id',
        code: 'previous_response_not_found',
      },
      'state_not_portable',
    ],
    [
      "another organisation's reasoning",
      400,
      { message: 'The encrypted content gAAA could not be verified.', code: 'invalid_encrypted_content' },
      'state_not_portable',
    ],
    [
      'a model that is not there',
      400,
      {
        message: "The requested model 'gpt-none' does not exist.",
        type: 'invalid_request_error',
        param: 'model',
        code: 'model_not_found',
      },
      'model_not_found',
    ],
    [
      'an image that cannot be read',
      400,
      { message: 'Bad image.', code: 'image_parse_error' },
      'invalid_request',
    ],
    ['a policy', 400, { message: 'Not this.', code: 'image_content_policy_violation' }, 'content_filtered'],
  ])('has its class: %s', (_what, status, error, cls) => {
    expect(classOf(status, error)).toBe(cls);
  });

  it('is still about the model where a 404 names no item', () => {
    expect(classOf(404, { message: "The model 'x' does not exist", code: null })).toBe('model_not_found');
  });
});
