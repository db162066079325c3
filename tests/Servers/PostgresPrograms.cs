using System.Diagnostics;

namespace MoE.Servers;

/// <summary>
/// PostgreSQL's own programs on this machine. They refuse to run as root; then they run as the user postgres.
/// </summary>
internal static class PostgresPrograms
{
    private const string User = "postgres";

    /// <summary>`none` hides PostgreSQL from the tests.</summary>
    private const string Variable = "MOE_TEST_POSTGRES";

    private static readonly string? Folder = Find();

    /// <summary>Why no server can be started here; null where one can.</summary>
    public static string? Missing { get; } = Folder is null
        ? "There is no PostgreSQL server on this machine (pg_ctl and initdb are neither in PATH nor in "
            + "/usr/lib/postgresql). Install one: apt-get install -y postgresql."
        : null;

    /// <summary>Gives a folder to the user under whom the programs run.</summary>
    public static async Task GiveAsync(string folder)
    {
        if (Environment.IsPrivilegedProcess)
            await RunAsync(["chown", "-R", $"{User}:", folder], folder);
    }

    /// <summary>The words that start a program, with the change of user where one is needed.</summary>
    public static string[] Command(string program, params string[] arguments) =>
        [.. Environment.IsPrivilegedProcess ? (string[])["runuser", "-u", User, "--"] : [],
            Path.Combine(Folder ?? throw new InvalidOperationException(Missing), program), .. arguments];

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="InvalidOperationException">It failed; what it said is in the message.</exception>
    public static async Task RunAsync(string[] command, string folder)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        var said = await output + await error;
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process.ExitCode}: {said}");
    }

    private static string? Find() => Environment.GetEnvironmentVariable(Variable) == "none"
        ? null
        : OnPath().Concat(OfDebian()).Concat(OfConfig()).FirstOrDefault(IsComplete);

    private static bool IsComplete(string folder) =>
        File.Exists(Path.Combine(folder, "pg_ctl")) && File.Exists(Path.Combine(folder, "initdb"));

    private static string[] OnPath() =>
        Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? [];

    private static IEnumerable<string> OfDebian() => !Directory.Exists("/usr/lib/postgresql")
        ? []
        : Directory.GetDirectories("/usr/lib/postgresql")
            .OrderByDescending(f => int.TryParse(Path.GetFileName(f), out var version) ? version : 0)
            .Select(f => Path.Combine(f, "bin"));

    private static IEnumerable<string> OfConfig()
    {
        if (OnPath().Select(f => Path.Combine(f, "pg_config")).FirstOrDefault(File.Exists) is not { } program)
            return [];
        using var process = Process.Start(
            new ProcessStartInfo(program, ["--bindir"]) { RedirectStandardOutput = true })!;
        var folder = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return [folder];
    }
}
