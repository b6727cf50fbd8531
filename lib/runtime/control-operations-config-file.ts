import { ControlError } from '#lib/control/errors.ts';
import type { ConfigFile } from './control-config-file.ts';
import type { Handlers } from './control-operations.ts';

export interface ConfigFileDeps {
  /** null: none was given. */
  configFile: ConfigFile | null;
}

export function configFileHandlers({ configFile }: ConfigFileDeps): Handlers<'configFile'> {
  return {
    'configFile.get': async () => ({ file: (await configFile?.view()) ?? null }),
    'configFile.apply': ({ ctx, body, version }) => {
      if (configFile === null)
        throw new ControlError('not_found', 'Switchyard was started without SWITCHYARD_CONFIG.');
      return configFile.apply(ctx, { ...body, configVersion: version });
    },
  };
}
