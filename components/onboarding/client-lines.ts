export interface ClientLines {
  id: string;
  label: string;
  code: string;
}

/**
 * How an application calls a flow, in the ways that most are written. `key`: shown in the lines for as long as it is known; null: the
 * variable that holds it.
 */
export function clientLines(gatewayUrl: string, flow: string, key: string | null): ClientLines[] {
  const base = gatewayUrl.replace(/\/+$/, '');
  const bearer = key ?? '$SWITCHYARD_API_KEY';
  return [
    {
      id: 'curl',
      label: 'curl',
      code: [
        `curl -sN ${base}/v1/chat/completions`,
        // Double quotes, so that the shell puts the variable in.
        `-H "authorization: Bearer ${bearer}"`,
        "-H 'content-type: application/json'",
        `-d '{"model": "${flow}", "stream": true, "messages": [{"role": "user", "content": "Hello"}]}'`,
      ].join(' \\\n  '),
    },
    {
      id: 'openai',
      label: 'OpenAI SDK',
      code: [
        "import OpenAI from 'openai';",
        '',
        `const client = new OpenAI({ baseURL: '${base}/v1', apiKey: ${jsKey(key)} });`,
        'const answer = await client.chat.completions.create({',
        `  model: '${flow}', // the flow`,
        "  messages: [{ role: 'user', content: 'Hello' }],",
        '});',
      ].join('\n'),
    },
    {
      id: 'python',
      label: 'Python',
      code: [
        ...(key === null ? ['import os'] : []),
        'from openai import OpenAI',
        '',
        `client = OpenAI(base_url="${base}/v1", api_key=${pythonKey(key)})`,
        'answer = client.chat.completions.create(',
        `    model="${flow}",  # the flow`,
        '    messages=[{"role": "user", "content": "Hello"}],',
        ')',
      ].join('\n'),
    },
    {
      id: 'anthropic',
      label: 'Anthropic SDK',
      code: [
        "import Anthropic from '@anthropic-ai/sdk';",
        '',
        `const client = new Anthropic({ baseURL: '${base}', apiKey: ${jsKey(key)} });`,
        'const answer = await client.messages.create({',
        `  model: '${flow}', // the flow`,
        '  max_tokens: 1024,',
        "  messages: [{ role: 'user', content: 'Hello' }],",
        '});',
      ].join('\n'),
    },
  ];
}

function jsKey(key: string | null): string {
  return key === null ? 'process.env.SWITCHYARD_API_KEY' : `'${key}'`;
}

function pythonKey(key: string | null): string {
  return key === null ? 'os.environ["SWITCHYARD_API_KEY"]' : `"${key}"`;
}
