/** The product's mark: a bus with one breaker closed and one open. Decorative. */
export function BrandMark() {
  return (
    <svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true" focusable="false">
      <path d="M1 4h20" stroke="currentColor" strokeWidth="2" />
      <path d="M6 4v4m0 7v6" stroke="var(--sy-line-strong)" strokeWidth="1.6" />
      <path d="M16 4v17" stroke="currentColor" strokeWidth="2" />
      <rect x="3" y="8.5" width="6" height="6" fill="none" stroke="var(--sy-open)" strokeWidth="1.6" />
      <rect x="12.5" y="8" width="7" height="7" fill="currentColor" />
    </svg>
  );
}
