using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Xunit;

namespace MoE.Package.Tests;

/// <summary>The packages of this build, made once in a temporary folder, and the programs that install and run them.</summary>
public sealed class Packages : IAsyncLifetime
{
    /// <summary>A version that no registry and no cache has.</summary>
    public const string Version = "0.0.0-test";

    /// <summary>A folder for everything that a test makes.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("moe-test-").FullName;

    /// <summary>The folder of the packages.</summary>
    public string Source => Path.Combine(Folder, "packages");

    /// <summary>Where packages are restored from: this machine's cache, so that only those made here are copied.</summary>
    public string Cache { get; private set; } = "";

    public async Task InitializeAsync()
    {
        const string Answer = "global-packages: ";
        Cache = (await RunAsync(Folder, "dotnet", "nuget", "locals", "global-packages", "--list"))
            .Split(Answer)[1].Trim();
        await RunAsync(Repository.Root, "dotnet", "pack", "-c", "Release", "--no-build", "-nologo", "-o", Source,
            $"-p:Version={Version}", $"-p:NuspecOutputPath={Path.Combine(Folder, "nuspec")}");
    }

    public Task DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>A package as the archive that it is.</summary>
    public ZipArchive Open(string id) => ZipFile.OpenRead(Path.Combine(Source, $"{id}.{Version}.nupkg"));

    /// <summary>What a program prints; the test fails where the program does.</summary>
    public async Task<string> RunAsync(string folder, string program, params string[] args)
    {
        var start = new ProcessStartInfo(program, args)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";          // nothing outlives the test
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        if (Cache.Length > 0)
            start.Environment["NUGET_PACKAGES"] = Path.Combine(Folder, "cache");
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', args)}\n{await output}\n{await error}");
        return await output;
    }
}
