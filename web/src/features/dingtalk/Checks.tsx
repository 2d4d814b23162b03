import { CheckCircleFilled, CloseCircleFilled, ExclamationCircleFilled, QuestionCircleFilled } from '@ant-design/icons';
import { Alert, Typography } from 'antd';
import type { ComponentType } from 'react';
import { sentence, type DoctorCheck } from '../../api';
import { useTexts } from '../../i18n';
import { Copyable } from '../../shared/Copyable';
import styles from './Checks.module.css';
import { egressAddress } from './egress';

type Status = DoctorCheck['status'];

const ICONS: Record<Status, ComponentType<{ className?: string }>> = {
  ok: CheckCircleFilled,
  warning: ExclamationCircleFilled,
  error: CloseCircleFilled,
  unproven: QuestionCircleFilled,
};
const WORST_FIRST: Status[] = ['error', 'warning', 'unproven', 'ok'];

/** What an examination found: the verdict in a sentence, then each thing that was looked at, the worst first. */
export function Checks({ checks }: { checks: DoctorCheck[] }) {
  const { doctor } = useTexts().dingtalk;
  const count = (status: Status) => checks.filter((check) => check.status === status).length;
  const [errors, warnings, unproven] = [count('error'), count('warning'), count('unproven')];
  const sorted = [...checks].sort((one, other) => WORST_FIRST.indexOf(one.status) - WORST_FIRST.indexOf(other.status));
  return (
    <>
      <Alert
        showIcon
        type={errors > 0 ? 'error' : warnings > 0 ? 'warning' : 'success'}
        title={doctor.verdict(errors, warnings, unproven)}
      />
      <ul className={styles.checks}>
        {sorted.map((check) => (
          <Check key={check.id} check={check} />
        ))}
      </ul>
    </>
  );
}

function Check({ check }: { check: DoctorCheck }) {
  const { status, title, evidence, remedy, link } = check;
  const address = egressAddress(check);
  const { doctor } = useTexts().dingtalk;
  const Icon = ICONS[status];
  return (
    <li className={styles.check}>
      <span className={`${styles.mark ?? ''} ${styles[status] ?? ''}`}>
        <Icon />
        <span>{doctor.status[status]}</span>
      </span>
      <div className={styles.words}>
        <Typography.Text strong>{title}</Typography.Text>
        <div>{sentence(evidence)}</div>
        {address !== undefined && <Copyable value={address} label={title} />}
        {remedy !== '' && <div className={styles.remedy}>{sentence(remedy)}</div>}
      </div>
      {link !== undefined && (
        <Typography.Link href={link} target="_blank" rel="noreferrer" aria-label={`${doctor.open} ${title}`}>
          {doctor.open}
        </Typography.Link>
      )}
    </li>
  );
}
