import { useQuery } from '@tanstack/react-query';
import { getDingTalkApplication } from '../../api';
import { dingTalkKey } from './dingTalkKey';

/** The tenant's DingTalk application; `null` while there is none. */
export function useDingTalk(tenantId: number) {
  return useQuery({ queryKey: dingTalkKey(tenantId), queryFn: () => getDingTalkApplication(tenantId) });
}
