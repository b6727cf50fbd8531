import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

/** Ink, not blue, for controls: blue is kept for "carries". */
const ink: MantineColorsTuple = [
  '#f1f2f3',
  '#e3e6e9',
  '#c9ced4',
  '#a9b0b8',
  '#88919b',
  '#68727d',
  '#4d5762',
  '#363f49',
  '#1d242b',
  '#12171c',
];
const dark: MantineColorsTuple = [
  '#e6e9ed',
  '#c3c9d1',
  '#9fa8b3',
  '#7d8794',
  '#2b343e',
  '#222a33',
  '#151b22',
  '#0b0f14',
  '#080b0f',
  '#05070a',
];

const text = "'Inter Variable', system-ui, -apple-system, 'Segoe UI', sans-serif";
const mono = "'JetBrains Mono Variable', ui-monospace, 'SFMono-Regular', Menlo, monospace";

export const theme = createTheme({
  colors: { ink, dark },
  primaryColor: 'ink',
  primaryShade: { light: 8, dark: 5 },
  autoContrast: true,
  fontFamily: text,
  fontFamilyMonospace: mono,
  defaultRadius: 4,
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  headings: {
    fontFamily: text,
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.125rem', lineHeight: '1.4' },
      h2: { fontSize: '0.9375rem', lineHeight: '1.4' },
      h3: { fontSize: '0.8125rem', lineHeight: '1.4' },
    },
  },
  components: {
    Modal: {
      defaultProps: { overlayProps: { backgroundOpacity: 0.45 }, transitionProps: { duration: 120 } },
      styles: { title: { fontWeight: 600 } },
    },
    Drawer: {
      defaultProps: { overlayProps: { backgroundOpacity: 0.45 }, transitionProps: { duration: 120 } },
      styles: { title: { fontWeight: 600 } },
    },
    Tooltip: { defaultProps: { openDelay: 250, multiline: true, maw: 320, withArrow: true } },
  },
});

/** Text colours that keep 4.5:1 on both grounds. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#ffffff',
    '--mantine-color-text': '#171b20',
    '--mantine-color-dimmed': '#586271',
    '--mantine-color-placeholder': '#6b7480',
    '--mantine-color-error': '#9b1c1c',
    '--mantine-color-default-border': '#d5d9de',
  },
  dark: {
    '--mantine-color-body': '#0f141a',
    '--mantine-color-text': '#e6e9ed',
    '--mantine-color-dimmed': '#a0a9b4',
    '--mantine-color-placeholder': '#8a94a0',
    '--mantine-color-error': '#ff8f87',
    '--mantine-color-default-border': '#2f3843',
  },
});
