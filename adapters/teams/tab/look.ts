import { HostConfig } from 'adaptivecards';

/** The themes of Teams that it tells a tab; `glass` and whatever comes later look like the default. */
export type Theme = 'default' | 'dark' | 'contrast';

export function themeOf(name: string): Theme {
  return name === 'dark' || name === 'contrast' ? name : 'default';
}

type Colours = {
  background: string;
  raised: string;
  text: string;
  subtle: string;
  accent: string;
  good: string;
  warning: string;
  attention: string;
  line: string;
};

/** After Fluent's tokens for Teams: every text has a contrast of 4.5 and more on its background. */
const COLOURS: Record<Theme, Colours> = {
  default: {
    background: '#ffffff',
    raised: '#f5f5f5',
    text: '#242424',
    subtle: '#616161',
    accent: '#5b5fc7',
    good: '#0e700e',
    warning: '#835b00',
    attention: '#b10e1c',
    line: '#d1d1d1',
  },
  dark: {
    background: '#292929',
    raised: '#1f1f1f',
    text: '#ffffff',
    subtle: '#adadad',
    accent: '#aab1fa',
    good: '#92c353',
    warning: '#fde300',
    attention: '#f9808d',
    line: '#525252',
  },
  contrast: {
    background: '#000000',
    raised: '#000000',
    text: '#ffffff',
    subtle: '#ffffff',
    accent: '#ffff01',
    good: '#3ff23f',
    warning: '#ffff01',
    attention: '#ff9ba5',
    line: '#ffffff',
  },
};

/** How cards are drawn in a theme. */
export function lookOf(theme: Theme): HostConfig {
  const colours = COLOURS[theme];
  const set = (colour: string) => ({ default: colour, subtle: colour });
  const foregroundColors = {
    default: { default: colours.text, subtle: colours.subtle },
    dark: set(colours.text),
    light: set(colours.subtle),
    accent: set(colours.accent),
    good: set(colours.good),
    warning: set(colours.warning),
    attention: set(colours.attention),
  };
  const on = (backgroundColor: string) => ({
    backgroundColor,
    foregroundColors,
    borderColor: colours.line,
  });
  return new HostConfig({
    fontFamily: "'Segoe UI', system-ui, -apple-system, sans-serif",
    fontSizes: { small: 12, default: 14, medium: 16, large: 18, extraLarge: 24 },
    fontWeights: { lighter: 400, default: 400, bolder: 600 },
    spacing: { small: 4, default: 8, medium: 12, large: 16, extraLarge: 24, padding: 16 },
    separator: { lineThickness: 1, lineColor: colours.line },
    containerStyles: {
      default: on(colours.background),
      emphasis: on(colours.raised),
      accent: on(colours.raised),
      good: on(colours.raised),
      warning: on(colours.raised),
      attention: on(colours.raised),
    },
    actions: {
      maxActions: 20,
      spacing: 'default',
      buttonSpacing: 8,
      actionsOrientation: 'horizontal',
      actionAlignment: 'left',
      showCard: { actionMode: 'inline', inlineTopMargin: 12 },
    },
    inputs: {
      label: {
        requiredInputs: { weight: 'bolder', suffix: ' *', suffixColor: 'attention' },
        optionalInputs: { weight: 'bolder' },
      },
      errorMessage: { color: 'attention', weight: 'bolder' },
    },
    factSet: {
      title: { weight: 'bolder', wrap: true, maxWidth: 180 },
      value: { wrap: true },
      spacing: 12,
    },
    textBlock: { headingLevel: 2 },
    supportsInteractivity: true,
  });
}
