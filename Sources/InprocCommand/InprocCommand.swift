import ArgumentParser

@main struct InprocCommand: ParsableCommand {
}
