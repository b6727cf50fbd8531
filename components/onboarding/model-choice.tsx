'use client';

import { Autocomplete, Button, Checkbox, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { ListedModel } from '#lib/contract/test-call.ts';
import { KEYBOARD_SCROLL } from '../ui/keyboard-scroll.ts';
import { matchesModel, modelFacts, sortModels } from './model-facts.ts';
import classes from './onboarding.module.css';

/** As many as one reads; a filter finds the others. */
const SHOWN = 60;

interface ModelChoiceProps {
  listed: readonly ListedModel[];
  chosen: readonly ListedModel[];
  suggestions: readonly string[];
  onChange: (models: ListedModel[]) => void;
}

/** The models that become targets, ticked in the order of preference or named by hand. */
export function ModelChoice({ listed, chosen, suggestions, onChange }: ModelChoiceProps) {
  const [query, setQuery] = useState('');
  const sorted = useMemo(() => sortModels(listed), [listed]);
  const found = sorted.filter((model) => matchesModel(model, query));
  const toggle = (model: ListedModel, on: boolean) =>
    onChange(on ? [...chosen, model] : chosen.filter((other) => !same(other, model)));
  return (
    <>
      {listed.length === 0 ? null : (
        <>
          <TextInput
            label="Filter"
            placeholder="gpt-4o"
            value={query}
            onChange={(event) => setQuery(event.currentTarget.value)}
          />
          <section className={classes.models} aria-label="Models of the vendor" {...KEYBOARD_SCROLL}>
            {found.slice(0, SHOWN).map((model) => (
              <Checkbox
                key={`${model.deployment}/${model.id}`}
                size="sm"
                label={model.id}
                description={[model.name, modelFacts(model)].filter(Boolean).join(' · ')}
                checked={chosen.some((other) => same(other, model))}
                onChange={(event) => toggle(model, event.currentTarget.checked)}
              />
            ))}
            {found.length === 0 ? <p>No model of the list is called that.</p> : null}
          </section>
          {found.length > SHOWN ? (
            <p className={classes.quiet}>
              {SHOWN} of {found.length} are shown: filter to find the others.
            </p>
          ) : null}
        </>
      )}
      <ByName
        suggestions={listed.length === 0 ? suggestions : []}
        onAdd={(id) => {
          const model = { id, deployment: null, name: null, contextWindow: null, prices: null };
          if (!chosen.some((other) => same(other, model))) onChange([...chosen, model]);
        }}
      />
    </>
  );
}

function same(a: ListedModel, b: ListedModel): boolean {
  return a.id === b.id && a.deployment === b.deployment;
}

/** For models that no list has. */
function ByName({ suggestions, onAdd }: { suggestions: readonly string[]; onAdd: (id: string) => void }) {
  const [name, setName] = useState('');
  const add = () => {
    if (name.trim() === '') return;
    onAdd(name.trim());
    setName('');
  };
  return (
    <div className={classes.byName}>
      <Autocomplete
        label="Model by name"
        description="As the vendor calls it; for Azure, the deployment's name."
        data={[...suggestions]}
        value={name}
        onChange={setName}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          add();
        }}
      />
      <Button variant="default" onClick={add}>
        Add it
      </Button>
    </div>
  );
}
