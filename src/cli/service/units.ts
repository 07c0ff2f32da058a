// The files that make the system start ttsd: a systemd service with its socket, or a launchd agent. Pure text.

export interface ServiceFacts {
  node: string;
  /** bin/ttsd.js. */
  launcher: string;
  dataDir: string;
  configDir: string;
  /** Variables that a daemon started from this shell would have. */
  env: Readonly<Record<string, string>>;
}

export const SERVICE = 'ttsd.service';
export const SOCKET = 'ttsd.socket';
export const LABEL = 'ttsd';

/** It drains for so long at most; a chunk in hand is finished. */
const STOP_SEC = 120;

export function writeService({ node, launcher, dataDir, configDir, env }: ServiceFacts): string {
  const environment = Object.entries(env).map(([name, value]) => `Environment=${quote(`${name}=${value}`)}`);
  return `[Unit]
Description=ttsd, text to speech
Documentation=man:tts(1)

[Service]
Type=exec
ExecStart=${quote(node)} ${quote(launcher)}
${environment.map((line) => `${line}\n`).join('')}Restart=on-failure
RestartSec=2
TimeoutStopSec=${STOP_SEC}
UMask=0077
NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictNamespaces=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
SystemCallArchitectures=native
SystemCallFilter=@system-service
PrivateTmp=yes
ProtectSystem=strict
ProtectHome=read-only
ProtectKernelTunables=yes
ProtectControlGroups=yes
ReadWritePaths=${quote(dataDir)} ${quote(configDir)}

[Install]
WantedBy=default.target
Also=${SOCKET}
`;
}

/** With it, whoever speaks to ttsd before it is up waits instead of being refused. */
export function writeSocket(path: string): string {
  return `[Unit]
Description=ttsd, the socket of its command line

[Socket]
ListenStream=${path.replaceAll('%', '%%')}
SocketMode=0600
DirectoryMode=0700
RemoveOnStop=yes

[Install]
WantedBy=sockets.target
`;
}

export function writeAgent({ node, launcher, dataDir, env }: ServiceFacts): string {
  const variables = Object.entries(env).map(
    ([name, value]) => `    <key>${escapeXml(name)}</key>\n    <string>${escapeXml(value)}</string>\n`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${LABEL}</string>
  <key>ProgramArguments</key>
  <array>
    <string>${escapeXml(node)}</string>
    <string>${escapeXml(launcher)}</string>
  </array>
  <key>EnvironmentVariables</key>
  <dict>
${variables.join('')}  </dict>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>ProcessType</key>
  <string>Interactive</string>
  <key>Umask</key>
  <integer>63</integer>
  <key>StandardErrorPath</key>
  <string>${escapeXml(`${dataDir}/logs/start.log`)}</string>
</dict>
</plist>
`;
}

/** As systemd.syntax(7) reads it: quoted, `%` doubled. */
function quote(word: string): string {
  const text = word
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('%', '%%')
    .replaceAll('$', '$$$$');
  return `"${text}"`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
