import { Result } from 'antd';
import { Link } from 'react-router';
import { useTexts } from '../i18n';

/** For an address that leads nowhere. */
export function NotFound() {
  const { problem } = useTexts();
  return <Result status="404" title={problem.notFound} extra={<Link to="/">{problem.backHome}</Link>} />;
}
