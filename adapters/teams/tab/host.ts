import { app, authentication } from '@microsoft/teams-js';

/** Teams, or Outlook, around the tab. */
export type Host = {
  theme: string;
  locale: string;
  onTheme(heard: (theme: string) => void): void;
  /** Of the person who looks, for us. Throws when they, or their admin, haven't agreed to it. */
  token(): Promise<string>;
  /** Leads there: to a place in Teams without leaving it, to any other in a window of its own. */
  open(url: string): void;
};

/** Says hello to what the tab stands in; null when that is no host of Microsoft's. */
export async function enterHost(): Promise<Host | null> {
  try {
    await app.initialize();
  } catch {
    return null;
  }
  const { theme, locale } = (await app.getContext()).app;
  app.notifyAppLoaded();
  void app.notifySuccess();
  return {
    theme,
    locale,
    onTheme: app.registerOnThemeChangeHandler,
    token: () => authentication.getAuthToken(),
    open: (url) => {
      if (isOfTeams(url)) {
        void app.openLink(url);
      } else {
        window.open(url, '_blank', 'noopener');
      }
    },
  };
}

function isOfTeams(url: string): boolean {
  return ['teams.microsoft.com', 'teams.cloud.microsoft'].includes(new URL(url).host);
}
