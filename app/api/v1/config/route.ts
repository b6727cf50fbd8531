import { stringify } from 'yaml';
import { route } from '../../handle.ts';

export const GET = route('config.get', async ({ runtime, request, ...call }) => {
  const config = await runtime.perform('config.get', call);
  const headers = { 'cache-control': 'no-store' };
  if (new URL(request.url).searchParams.get('format') !== 'yaml') return Response.json(config, { headers });
  return new Response(stringify(config), {
    headers: { ...headers, 'content-type': 'application/yaml; charset=utf-8' },
  });
});
export const PUT = route('config.put');
