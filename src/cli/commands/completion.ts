// tts completion: what a shell has to run so that TAB completes; what to complete, tts says itself when asked (complete.ts).
import { TtsError } from '../../api/errors.ts';
import type { Options } from '../options.ts';
import { print } from '../output.ts';
import { suggest } from '../suggest.ts';

const SCRIPTS: Record<string, string> = {
  bash: `# tts for bash. In ~/.bashrc:  source <(tts completion bash)
_tts() {
  local IFS=$'\\n'
  COMPREPLY=($(tts __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f 1))
}
complete -o default -F _tts tts`,
  zsh: `#compdef tts
# tts for zsh. In ~/.zshrc, after compinit:  source <(tts completion zsh)
_tts() {
  local -a lines found
  local line
  lines=("\${(@f)$(tts __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  for line in $lines; do
    found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  if (( $#found )); then _describe -V tts found; else _files; fi
}
compdef _tts tts`,
  fish: `# tts for fish. In ~/.config/fish/config.fish:  tts completion fish | source
function __tts_complete
    set -l found (tts __complete (commandline -opc)[2..] (commandline -ct) 2>/dev/null)
    if set -q found[1]
        printf '%s\\n' $found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c tts -f -k -a '(__tts_complete)'`,
};

export async function run([shell]: readonly string[], _options: Options): Promise<number> {
  const script = SCRIPTS[shell!];
  if (script === undefined) {
    const known = Object.keys(SCRIPTS);
    throw new TtsError(
      'usage',
      `There is no completion for ${shell}.${suggest(shell!, known)} There is for ${known.join(', ')}.`,
    );
  }
  print(script);
  return 0;
}
