import { configAsYaml } from '#lib/control/config/export.ts';
import { route } from '../../handle.ts';

export const GET = route('config.get', async ({ runtime, request, caller }) => {
  const { config, version } = await runtime.exportConfig(caller);
  const headers = { 'cache-control': 'no-store', etag: `"${version}"` };
  if (new URL(request.url).searchParams.get('format') !== 'yaml') return Response.json(config, { headers });
  return new Response(configAsYaml(config), {
    headers: { ...headers, 'content-type': 'application/yaml; charset=utf-8' },
  });
});
export const PUT = route('config.put');
