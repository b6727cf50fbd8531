import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSecretBox } from '#lib/store/secret-box.ts';
import { isStoreError } from '#lib/store/store-error.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'switchyard-box-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

const SECRET = 'a secret of more than sixteen characters';

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (isStoreError(error)) return error.code;
    throw error;
  }
  return 'nothing was refused';
}

describe('the secret box', () => {
  it('gives back what was sealed, across restarts with the same key', () => {
    const sealed = openSecretBox(dataDir, null).seal('sk-hush', 'provider:a');
    expect(openSecretBox(dataDir, null).open(sealed, 'provider:a')).toBe('sk-hush');
    const other = openSecretBox(dataDir, SECRET).seal('sk-hush', 'provider:a');
    expect(openSecretBox(dataDir, SECRET).open(other, 'provider:a')).toBe('sk-hush');
  });

  it('never writes the same twice, and nothing that can be read', () => {
    const box = openSecretBox(dataDir, null);
    const [one, two] = [box.seal('sk-hush', 'p'), box.seal('sk-hush', 'p')];
    expect(one).not.toBe(two);
    expect(one).not.toContain('sk-hush');
    expect(one).toMatch(new RegExp(`^v1\\.${box.keyId}\\.`));
  });

  it('says which key is missing when another one sealed it, and does not show the value', () => {
    const sealed = openSecretBox(dataDir, SECRET).seal('sk-hush', 'provider:a');
    const other = openSecretBox(dataDir, null);
    expect(codeOf(() => other.open(sealed, 'provider:a'))).toBe('wrong_secret');
    expect(() => other.open(sealed, 'provider:a')).toThrow(/sealed with another key .*SWITCHYARD_SECRET/);
  });

  it('does not open for another row, nor after a change of a single character', () => {
    const box = openSecretBox(dataDir, null);
    const sealed = box.seal('sk-hush', 'provider:a');
    expect(codeOf(() => box.open(sealed, 'provider:b'))).toBe('secret_unusable');
    const flipped = sealed.slice(0, -4) + (sealed.at(-4) === 'A' ? 'B' : 'A') + sealed.slice(-3);
    expect(codeOf(() => box.open(flipped, 'provider:a'))).toBe('secret_unusable');
    expect(codeOf(() => box.open('v1.short', 'provider:a'))).toBe('secret_unusable');
  });

  it('refuses a secret that can be guessed and a key file that is damaged', async () => {
    expect(codeOf(() => openSecretBox(dataDir, 'short'))).toBe('secret_unusable');
    openSecretBox(dataDir, null);
    const path = join(dataDir, 'secret.key');
    expect((await readFile(path, 'utf8')).length).toBe(45);
    await writeFile(path, 'nonsense');
    expect(codeOf(() => openSecretBox(dataDir, null))).toBe('secret_unusable');
    expect(await readFile(path, 'utf8')).toBe('nonsense');
  });
});
