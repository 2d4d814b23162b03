import { theme, type ThemeConfig } from 'antd';
import { useSyncExternalStore } from 'react';

/**
 * The blue of an enamelled house-number plate, lighter where the ground is dark. Quiet text and green are darker
 * than antd's own, which do not stand out enough from the ground to be read by everybody (WCAG 2, 4.5 : 1).
 */
const COLOURS = {
  light: {
    colorPrimary: '#1e4e9c',
    colorInfo: '#1e4e9c',
    colorInfoBg: '#e6eefa',
    colorTextDescription: 'rgba(0, 0, 0, 0.62)',
    colorSuccess: '#2b7a0b',
    colorSuccessBg: '#e9f5e3',
  },
  dark: {
    colorPrimary: '#4a7bd0',
    colorInfo: '#4a7bd0',
    colorTextDescription: 'rgba(255, 255, 255, 0.65)',
    colorSuccess: '#6cc644',
  },
};

const darkness = window.matchMedia('(prefers-color-scheme: dark)');

function subscribe(changed: () => void): () => void {
  darkness.addEventListener('change', changed);
  return () => darkness.removeEventListener('change', changed);
}

/** Follows the system's choice of light or dark. */
export function useThemeConfig(): ThemeConfig {
  const isDark = useSyncExternalStore(subscribe, () => darkness.matches);
  return {
    algorithm: isDark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      ...(isDark ? COLOURS.dark : COLOURS.light),
      borderRadius: 8,
      fontFamily:
        "system-ui, -apple-system, 'Segoe UI', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif",
    },
  };
}
