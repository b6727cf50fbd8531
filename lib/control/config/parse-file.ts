import { createHash } from 'node:crypto';
import { parse } from 'yaml';
import type { Config } from '#lib/contract/config.ts';
import { YAML_OPTIONS, yamlFault } from '#lib/contract/yaml-fault.ts';
import { ControlError } from '../errors.ts';
import { parseDocument } from './desired.ts';

/** A configuration file's content; `name` is for messages. */
export interface FileText {
  text: string;
  name: string;
}

/** @throws ControlError `invalid` when it is neither YAML nor JSON, or no configuration; never quotes it, since it may hold a key */
export function parseFile({ text, name }: FileText): Config {
  return parseDocument(parseText(text, name));
}

export function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** "switchyard.yaml has 2 faults: flows.0.chain.1: ..." */
export function faultSentence(name: string, { message, issues }: ControlError): string {
  const faults = issues.filter(({ path }) => path !== '');
  if (message.startsWith(`${name} `)) return message;
  if (faults.length === 0) return `${name} cannot be used: ${message}`;
  const list = faults.map((issue) => `${issue.path}: ${issue.message}`).join(' ');
  return `${name} has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}: ${list}`;
}

function parseText(text: string, name: string): unknown {
  try {
    return parse(text, YAML_OPTIONS);
  } catch (error) {
    const why = yamlFault(error);
    throw new ControlError('invalid', `${name} is neither YAML nor JSON: ${why}`, {
      issues: [{ path: '', message: why }],
    });
  }
}
