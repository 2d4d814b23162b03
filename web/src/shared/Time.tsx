import { Tooltip } from 'antd';
import { useFormats } from './formats';

/** A moment: how long ago, with the exact time on hovering. */
export function Time({ at }: { at: string }) {
  const format = useFormats();
  return (
    <Tooltip title={format.exact(at)}>
      <time dateTime={at} style={{ whiteSpace: 'nowrap' }}>{format.ago(at)}</time>
    </Tooltip>
  );
}
