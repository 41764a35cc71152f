/** The shells that can complete the command. */
export const shells = ["bash", "zsh", "fish"] as const;

export type Shell = (typeof shells)[number];

/**
 * The completion script of each shell. It runs `topology complete -- WORD ...`, whose last word is the one to complete, and shows the output:
 * a line for each candidate, with its description after a tab. `:files` means file names.
 */
export const scripts: Readonly<Record<Shell, string>> = {
    bash: `# Completes topology in bash, from 3.2. In ~/.bashrc: eval "$(topology completion bash)"
_topology_complete() {
    local line=\${COMP_LINE:0:COMP_POINT} last=-1 i word
    local -a words=()
    # Bash also splits words at ":" and "=". Join them again.
    for ((i = 0; i <= COMP_CWORD; i++)); do
        word=\${COMP_WORDS[i]}
        if ((last < 0)) || [[ $line == [[:space:]]* ]]; then
            ((++last))
        fi
        line=\${line#"\${line%%[![:space:]]*}"}
        ((i < COMP_CWORD)) || word=$line
        line=\${line#"$word"}
        words[last]=\${words[last]-}$word
    done
    # Remove the shell's quotes. Names that contain quotes are not completed.
    for ((i = 0; i <= last; i++)); do
        words[i]=\${words[i]//[\\"\\'\\\\]/}
    done
    # Bash replaces only the part after the last ":" or "=".
    local current=\${words[last]} breaks= start= value rest
    [[ $COMP_WORDBREAKS != *:* ]] || breaks+=:
    [[ $COMP_WORDBREAKS != *=* ]] || breaks+==
    [[ -z $breaks ]] || start=\${current%"\${current##*[$breaks]}"}
    COMPREPLY=()
    while IFS=$'\\t' read -r value rest; do
        if [[ $value == :files ]]; then
            compopt -o filenames 2>/dev/null
            while IFS= read -r value; do
                COMPREPLY+=("$value")
            done < <(compgen -f -- "\${current#"$start"}")
        else
            value=\${value#"$start"}
            [[ \${COMP_WORDS[COMP_CWORD]} == [\\"\\']* ]] || printf -v value %q "$value"
            value=\${value//\\\\,/,}
            COMPREPLY+=("$value")
        fi
    done < <("\${words[0]}" complete -- "\${words[@]:1}" 2>/dev/null)
}
complete -F _topology_complete topology
`,
    zsh: `#compdef topology
# Completes topology in zsh. In ~/.zshrc after compinit: eval "$(topology completion zsh)"
_topology() {
    local value description
    local -a shown
    local -i files=0
    while IFS=$'\\t' read -r value description; do
        if [[ $value == :files ]]; then
            files=1
        else
            shown+=("\${value//:/\\\\:}\${description:+:$description}")
        fi
    done < <("\${(Q)words[1]}" complete -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)
    (( $#shown == 0 )) || _describe -V topology shown
    if (( files )); then
        compset -P '--*='
        _files
    fi
}
if [[ \${zsh_eval_context[-1]} == loadautofunc ]]; then
    _topology "$@"
else
    compdef _topology topology
fi
`,
    fish: `# Completes topology in fish. Once: topology completion fish > ~/.config/fish/completions/topology.fish
function __topology_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in ($words[1] complete -- $words[2..-1] "$current" 2>/dev/null)
        if test "$line" = :files
            set -l option (string match -r -- '^--[^=]*=' "$current")
            for path in (__fish_complete_path (string replace -r -- '^--[^=]*=' '' "$current"))
                echo "$option$path"
            end
        else
            echo "$line"
        end
    end
end
complete --command topology --no-files --keep-order --arguments '(__topology_complete)'
`,
};
