'use client';

import { AppShell, Burger, NavLink } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { usePathname } from 'next/navigation';
import { type ReactNode, Suspense } from 'react';
import { OverrideDialogProvider } from '../breaker/dialogs.tsx';
import { LiveProvider } from '../live/live-provider.tsx';
import { TransitionAnnouncer } from '../live/transition-announcer.tsx';
import { RecentActionsProvider } from '../ui/recent-actions.tsx';
import { BrandMark } from './brand-mark.tsx';
import { ConnectionBar } from './connection-bar.tsx';
import classes from './dashboard-frame.module.css';
import { isCurrent, PAGES } from './nav.ts';
import { OverrideBanner } from './override-banner.tsx';
import { Palette } from './palette.tsx';
import { SharedLink } from './shared-link.tsx';
import { Shortcuts } from './shortcuts.tsx';
import { TopBar } from './top-bar.tsx';

/** The frame of every signed-in page: navigation, the top bar, what must not be forgotten, and the live connection. */
export function DashboardFrame({ children }: { children: ReactNode }) {
  return (
    <LiveProvider>
      <RecentActionsProvider>
        <OverrideDialogProvider>
          <Suspense>
            <Frame>{children}</Frame>
          </Suspense>
        </OverrideDialogProvider>
      </RecentActionsProvider>
    </LiveProvider>
  );
}

function Frame({ children }: { children: ReactNode }) {
  const [opened, { toggle, close }] = useDisclosure(false);
  const pathname = usePathname();
  return (
    <>
      <a href="#main" className={classes.skip}>
        Skip to content
      </a>
      <AppShell
        header={{ height: 48 }}
        navbar={{ width: 168, breakpoint: 'sm', collapsed: { mobile: !opened } }}
        transitionDuration={0}
      >
        <AppShell.Header className={classes.header}>
          <Burger
            opened={opened}
            onClick={toggle}
            hiddenFrom="sm"
            size="sm"
            aria-label={opened ? 'Close navigation' : 'Open navigation'}
          />
          <SharedLink href="/" className={classes.brand} aria-label="Switchyard, overview">
            <BrandMark />
            <span className={classes.brandName}>Switchyard</span>
          </SharedLink>
          <TopBar />
        </AppShell.Header>
        <AppShell.Navbar className={classes.navbar} aria-label="Pages">
          {PAGES.map((page) => (
            <NavLink
              key={page.href}
              component={SharedLink}
              href={page.href}
              label={page.label}
              leftSection={<page.icon size={17} stroke={1.6} aria-hidden="true" />}
              active={isCurrent(page.href, pathname)}
              aria-current={isCurrent(page.href, pathname) ? 'page' : undefined}
              className={classes.navLink}
              onClick={close}
            />
          ))}
        </AppShell.Navbar>
        <AppShell.Main className={classes.main}>
          <ConnectionBar />
          <OverrideBanner />
          <div id="main" tabIndex={-1} className={classes.content}>
            {children}
          </div>
        </AppShell.Main>
      </AppShell>
      <BottomBar pathname={pathname} />
      <Palette />
      <Shortcuts />
      <TransitionAnnouncer />
    </>
  );
}

/** The four pages an operator needs on a phone; the rest is behind the burger. */
function BottomBar({ pathname }: { pathname: string }) {
  return (
    <nav className={classes.bottomBar} aria-label="Main pages">
      {PAGES.slice(0, 4).map((page) => (
        <SharedLink
          key={page.href}
          href={page.href}
          className={classes.bottomLink}
          aria-current={isCurrent(page.href, pathname) ? 'page' : undefined}
        >
          <page.icon size={20} stroke={1.6} aria-hidden="true" />
          {page.label}
        </SharedLink>
      ))}
    </nav>
  );
}
