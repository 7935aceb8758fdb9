import ArgumentParser

struct Completions: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "completions", abstract: "Print what a shell needs to complete tenure's commands and their values.",
    discussion: """
      Commands, options, formats, rules, files, branches and tags, and the organizations and workspaces of the working \
      tree's manifests. `make install` puts the scripts where shells look for them; by hand:

        bash  tenure completions bash > ~/.local/share/bash-completion/completions/tenure
        zsh   tenure completions zsh > ~/.zfunc/_tenure, with `fpath+=~/.zfunc` before `compinit`
        fish  tenure completions fish > ~/.config/fish/completions/tenure.fish

      EXAMPLE: source <(tenure completions bash)
      """)

  enum Shell: String, ExpressibleByArgument, CaseIterable { case bash, zsh, fish }

  @Argument(help: ArgumentHelp("bash, zsh or fish.", valueName: "shell"))
  var shell: Shell

  mutating func run(_ console: Console) throws -> ExitStatus {
    let script =
      switch shell {
      case .bash: Tenure.completionScript(for: .bash)
      case .zsh: Tenure.completionScript(for: .zsh)
      case .fish: Tenure.completionScript(for: .fish)
      }
    console.out(script.hasSuffix("\n") ? script : script + "\n")
    return .success
  }
}
