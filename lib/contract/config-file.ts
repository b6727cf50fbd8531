import { z } from 'zod';
import { configDiffSchema } from './api.ts';

/** Largest configuration file: one of thousands of flows is far below. */
export const CONFIG_FILE_LIMIT_BYTES = 25 * 1024 * 1024;

/** The file of SWITCHYARD_CONFIG as it is on the disk, beside what is running. */
export const configFileSchema = z
  .strictObject({
    /** Without its folder. */
    name: z.string(),
    /** Of its content, so that only what was looked at is put in force; null: it cannot be read. */
    sha256: z.string().nullable(),
    /** Its content is not what it was when the product started. */
    changedSinceStart: z.boolean(),
    /** Why it cannot be used as it is now, in a sentence; null: it can. */
    problem: z.string().nullable(),
    /** What putting it in force would change: `before` is running, `after` is the file's. */
    changes: configDiffSchema.shape.changes,
    /** The configuration was edited since a file was last in force, so a restart leaves it as it is. */
    edited: z.boolean(),
    /** The configuration that it was compared with, for If-Match. */
    configVersion: z.int(),
    /** All of this for people; null: the file is in force. */
    notice: z.string().nullable(),
  })
  .meta({ id: 'ConfigFile' });
export type ConfigFileView = z.output<typeof configFileSchema>;

/** null: the product was started without SWITCHYARD_CONFIG. */
export const configFileAnswerSchema = z
  .strictObject({ file: configFileSchema.nullable() })
  .meta({ id: 'ConfigFileAnswer' });

export const configFileApplySchema = z.strictObject({
  /** Of the content that was looked at. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'The sha256 that the file was read with.'),
});
