/** The `switchyard` object of an answer's body. */
export interface ServedByFacts {
  requestId?: string;
  /** Slug of the flow. */
  flow?: string;
  servedBy?: { target?: string; provider?: string; endpoint?: string; model: string } | null;
  attempts?: number;
  degraded?: boolean;
  degradedReason?: string | null;
  /** The text, exactly when there is a badge to show. */
  badge?: string;
  /** Its language, a BCP 47 tag. */
  badgeLanguage?: string;
  notes?: readonly string[];
}

/** An answer's headers, as `fetch` gives them or as a plain record. */
export type ServedByHeaders =
  | { get(name: string): string | null | undefined }
  | Readonly<Record<string, string | readonly string[] | number | null | undefined>>;

export interface BadgeFacts {
  text: string;
  language: string;
  model?: string;
  flow?: string;
  requestId?: string;
}

/** What there is to show, for badges of one's own; null when there is none. Headers count only without an object. */
export function badgeFacts(
  switchyard: ServedByFacts | null | undefined,
  headers?: ServedByHeaders | null,
): BadgeFacts | null;

export interface AskAgainDetail {
  requestId: string | null;
  flow: string | null;
}

/** `<answered-by-badge>`. Attributes: `text`, `hide-button`, `details`. */
export class AnsweredByBadge extends HTMLElement {
  /** The object from the body; null: nothing is known yet. It counts before the headers. */
  switchyard: ServedByFacts | null;
  /** The answer's headers, for who has no body to read it from. */
  headers: ServedByHeaders | null;
  /** Other words in place of the flow's text; whether there is a badge stays the flow's to say. */
  text: string | null;
}

declare global {
  interface HTMLElementTagNameMap {
    'answered-by-badge': AnsweredByBadge;
  }
  interface HTMLElementEventMap {
    'ask-again': CustomEvent<AskAgainDetail>;
  }
}
