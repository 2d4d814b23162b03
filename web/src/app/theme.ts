import { theme, type ThemeConfig } from 'antd';

/**
 * The blue of an enamelled house-number plate, lighter where the ground is dark. Quiet text and the signal colours
 * are darker than antd's own, which do not stand out enough from the ground to be read by everybody (WCAG 2, 4.5 : 1).
 */
const COLOURS = {
  light: {
    colorPrimary: '#1e4e9c',
    colorInfo: '#1e4e9c',
    colorInfoBg: '#e6eefa',
    colorLink: '#1e4e9c',
    colorTextDescription: 'rgba(0, 0, 0, 0.62)',
    colorTextTertiary: 'rgba(0, 0, 0, 0.58)',
    colorTextPlaceholder: 'rgba(0, 0, 0, 0.56)',
    colorSuccess: '#2b7a0b',
    colorSuccessBg: '#e9f5e3',
    colorWarning: '#96580a',
    colorWarningBg: '#fdf3e1',
    colorError: '#b3261e',
    colorErrorBg: '#fcebea',
    colorBgLayout: '#f3f5f9',
  },
  dark: {
    colorPrimary: '#4a7bd0',
    colorInfo: '#7fabf2',
    colorLink: '#8ab4f8',
    colorTextDescription: 'rgba(255, 255, 255, 0.65)',
    colorTextTertiary: 'rgba(255, 255, 255, 0.6)',
    colorTextPlaceholder: 'rgba(255, 255, 255, 0.58)',
    colorSuccess: '#6cc644',
    colorWarning: '#e0a030',
    colorError: '#f2766d',
    colorBgLayout: '#101319',
    // antd's own surfaces are a neutral grey, which looks dirty on a ground with blue in it.
    colorBgContainer: '#181d25',
    colorBgElevated: '#202631',
    colorBorder: '#3f4856',
    colorBorderSecondary: '#2b323d',
    colorPrimaryBg: '#1e2c46',
    colorInfoBg: '#18233a',
  },
};

/** antd's theme for a light or a dark ground. */
export function themeConfig(isDark: boolean): ThemeConfig {
  return {
    algorithm: isDark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      ...(isDark ? COLOURS.dark : COLOURS.light),
      borderRadius: 8,
      fontFamily:
        "system-ui, -apple-system, 'Segoe UI', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif",
    },
    components: {
      // Rounder, a box looks like a choice of one out of several.
      Checkbox: { borderRadiusSM: 4 },
      // On a dark ground the plate's blue is for surfaces; as text it needs the links' lighter one.
      ...(isDark && { Tabs: { itemSelectedColor: COLOURS.dark.colorLink, itemHoverColor: COLOURS.dark.colorLink } }),
    },
  };
}
