// Short messages that come and go, and may offer an action.
import { Toast } from '@base-ui/react/toast';
import type { ReactNode } from 'react';
import { S } from '../strings.ts';

const manager = Toast.createToastManager();

export function tell(title: string, action?: { label: string; run: () => void }): void {
  manager.add({
    title,
    ...(action === undefined ? {} : { actionProps: { children: action.label, onClick: action.run } }),
  });
}

/** For what failed: read out at once, with the daemon's own words, and there until it is put away. */
export function tellError(error: unknown): void {
  manager.add({
    title: S.error,
    description: error instanceof Error ? error.message : String(error),
    priority: 'high',
    timeout: 0,
    type: 'error',
  });
}

export function Toasts({ children }: { children: ReactNode }) {
  return (
    <Toast.Provider toastManager={manager}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className="toasts">
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function ToastList() {
  const { toasts } = Toast.useToastManager();
  return toasts.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} className="toast">
      <div>
        <Toast.Title className="toast-title" />
        <Toast.Description />
      </div>
      <Toast.Action className="button" />
      <Toast.Close className="button quiet" aria-label={S.dismiss}>
        ×
      </Toast.Close>
    </Toast.Root>
  ));
}
