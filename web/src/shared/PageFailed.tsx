import { Button, Result } from 'antd';
import { useTexts } from '../i18n';

/** When a page breaks, or its file is gone because the server was renewed meanwhile: loading it again helps. */
export function PageFailed() {
  const texts = useTexts();
  const reload = <Button onClick={() => window.location.reload()}>{texts.retry}</Button>;
  return <Result status="warning" title={texts.problem.title} extra={reload} />;
}
