/** After a refused submit: takes the person to the first field that needs them, once React has marked it. */
export function focusFirstError(form: HTMLFormElement): void {
  setTimeout(() => form.querySelector<HTMLElement>('[aria-invalid="true"], [data-error="true"]')?.focus(), 0);
}
