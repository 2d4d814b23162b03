import { Flex, theme } from 'antd';
import { useTexts } from '../../i18n';
import { useFormats } from '../../shared/formats';
import type { Day } from './days';
import styles from './overview.module.css';

const WIDTH = 560;
const HEIGHT = 140;
const GAP = 0.28;
/** A bar that fills the height stands for at least so many people. */
const FEWEST = 5;
/** From the bottom up. */
const PARTS = ['read', 'open', 'lost'] as const;

/** A bar a day, in people: read, not read yet, not delivered. The figures stand in each bar's title. */
export function DaysChart({ days }: { days: Day[] }) {
  const { overview } = useTexts();
  const { number, day: written } = useFormats();
  const { token } = theme.useToken();
  const colours = { read: token.colorSuccess, open: token.colorInfo, lost: token.colorError };
  const most = Math.max(FEWEST, ...days.map(({ read, open, lost }) => read + open + lost));
  const step = WIDTH / Math.max(1, days.length);
  const sums = PARTS.map((part) => `${overview.parts[part]} ${number(days.reduce((sum, day) => sum + day[part], 0))}`);
  return (
    <figure className={styles.chart}>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT + 20}`} role="img" aria-label={overview.chart(days.length, sums.join(', '))}>
        <line x1="0" x2={WIDTH} y1={HEIGHT} y2={HEIGHT} stroke={token.colorBorder} />
        {days.map((day, index) => (
          <g key={day.start.toISOString()}>
            <title>
              {`${written(day.start.toISOString())}: ${PARTS.map((part) => `${overview.parts[part]} ${number(day[part])}`).join(', ')}`}
            </title>
            {bars(day, most).map(({ part, y, height }) => (
              <rect key={part} x={step * (index + GAP / 2)} width={step * (1 - GAP)} y={y} height={height} fill={colours[part]} rx="1.5" />
            ))}
            {(days.length - 1 - index) % 3 === 0 && (
              <text x={step * (index + 0.5)} y={HEIGHT + 15} textAnchor="middle" fontSize="11" fill={token.colorTextDescription}>
                {`${day.start.getMonth() + 1}/${day.start.getDate()}`}
              </text>
            )}
          </g>
        ))}
      </svg>
      <Flex component="figcaption" gap={16} wrap>
        {PARTS.map((part, index) => (
          <span key={part} className={styles.legend}>
            <span className={styles.swatch} style={{ background: colours[part] }} />
            {sums[index]}
          </span>
        ))}
      </Flex>
    </figure>
  );
}

function bars(day: Day, most: number) {
  let top = HEIGHT;
  return PARTS.map((part) => {
    const height = (day[part] / most) * HEIGHT;
    top -= height;
    return { part, y: top, height };
  });
}
