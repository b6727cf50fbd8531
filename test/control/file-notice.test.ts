import { expect, it } from 'vitest';
import type { ConfigFileView } from '#lib/contract/config-file.ts';
import { fileNotice } from '#lib/control/config/file-notice.ts';

function noticeOf(part: Partial<ConfigFileView>, paths: readonly string[] = []): string | null {
  return fileNotice({
    name: 'switchyard.yaml',
    sha256: null,
    changedSinceStart: false,
    problem: null,
    edited: false,
    configVersion: 3,
    changes: paths.map((path) => ({ path, op: 'change' })),
    ...part,
  });
}

it('a file that is what is running needs no word, whether it has changed or not', () => {
  expect(noticeOf({})).toBeNull();
  expect(noticeOf({ changedSinceStart: true, edited: true })).toBeNull();
});

it('after an edit here: how many places, the first of them, and both ways out', () => {
  expect(noticeOf({ edited: true }, ['/flows/chat/name'])).toBe(
    'What is running differs from switchyard.yaml in 1 place (/flows/chat/name). Export it to the file, or put the file in force again.',
  );
  expect(noticeOf({ edited: true }, ['/a', '/b', '/c', '/d'])).toContain('in 4 places (/a, /b and 2 more).');
});

it('after a change of the file: that a restart would do, or why it would not', () => {
  expect(noticeOf({ changedSinceStart: true }, ['/a', '/b'])).toBe(
    'switchyard.yaml has changed since Switchyard started, and differs from what is running in 2 places (/a, /b). Apply it, or restart, to put it in force.',
  );
  expect(noticeOf({ changedSinceStart: true, edited: true }, ['/a'])).toContain(
    'a restart would not, because the configuration was edited here.',
  );
});

it('a file that cannot be used: why, and that nothing running is touched', () => {
  expect(noticeOf({ problem: 'switchyard.yaml cannot be read (ENOENT).', changedSinceStart: true })).toBe(
    'switchyard.yaml cannot be read (ENOENT). It cannot be put in force like this; what is running stays.',
  );
});
