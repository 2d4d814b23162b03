import { theme, type ThemeConfig } from 'antd';
import { useSyncExternalStore } from 'react';

/** The blue of an enamelled house-number plate; lighter where the ground is dark. */
const ENAMEL = { light: '#1e4e9c', dark: '#5b8fe8' };

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
      colorPrimary: isDark ? ENAMEL.dark : ENAMEL.light,
      borderRadius: 8,
      fontFamily:
        "system-ui, -apple-system, 'Segoe UI', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif",
    },
  };
}
