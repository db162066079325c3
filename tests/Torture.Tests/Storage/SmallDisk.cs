using System.Diagnostics;

namespace MoE.Torture.Tests.Storage;

/// <summary>
/// A small file system in memory that only processes started inside see. A process of its own holds it, in a mount
/// namespace that needs no rights, so that nothing stays mounted however a test ends.
/// </summary>
internal sealed class SmallDisk : IDisposable
{
    private const string Ready = "ready";
    private const int Page = 4096;

    private readonly TemporaryFolder _folder = new();
    private readonly Process _holder;

    private SmallDisk(int mebibytes)
    {
        var arguments = Mount(mebibytes, _folder.Path, $"echo {Ready} && exec cat");
        _holder = Process.Start(new ProcessStartInfo("unshare", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    /// <summary>What stands before a command line that is to run inside.</summary>
    public IReadOnlyList<string> Entrance =>
        ["nsenter", $"--target={_holder.Id}", "--user", "--mount", "--preserve-credentials"];

    /// <summary>A folder of the disk, for processes inside.</summary>
    public string Data => Path.Combine(_folder.Path, "data");

    /// <summary>What unshare is to be told to mount a disk at a folder and go on with a command.</summary>
    public static string[] Mount(int mebibytes, string folder, string command) =>
        ["--map-root-user", "--mount", "sh", "-c", $"mount -t tmpfs -o size={mebibytes}m tmpfs '{folder}' && {command}"];

    /// <summary>The same folder as it is seen from outside.</summary>
    public string DataFromOutside => $"/proc/{_holder.Id}/root{Data}";

    // The disk as it is seen from outside.
    private string Ballast => $"/proc/{_holder.Id}/root{_folder.Path}/ballast";

    public static async Task<SmallDisk> CreateAsync(int mebibytes)
    {
        var disk = new SmallDisk(mebibytes);
        if (await disk._holder.StandardOutput.ReadLineAsync() == Ready)
            return disk;
        var reason = await disk._holder.StandardError.ReadToEndAsync();
        disk.Dispose();
        throw new InvalidOperationException(
            $"No small disk can be mounted here: {reason.Trim()}. Allow unprivileged user namespaces, or run as root.");
    }

    /// <summary>Leaves so much space, whatever else is there.</summary>
    public void LeaveFree(int kibibytes)
    {
        File.Delete(Ballast);
        using var ballast = File.Create(Ballast);
        var free = new DriveInfo(Path.GetDirectoryName(Ballast)!).AvailableFreeSpace;
        ballast.Write(new byte[Math.Max(0, free - (kibibytes * 1024L))]);
    }

    /// <summary>Takes all space there is, while others may write too.</summary>
    public void Fill()
    {
        using var ballast = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        for (var size = 1 << 20; size >= Page; size >>= 1)
            while (Takes(ballast, size))
                ballast.Flush();
    }

    /// <summary>Lets nobody write to it any more.</summary>
    public async Task MakeReadOnlyAsync()
    {
        string[] remount = [.. Entrance, "mount", "-o", "remount,ro", _folder.Path];
        using var process = Process.Start(remount[0], remount[1..]);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', remount)} ended with {process.ExitCode}.");
    }

    /// <summary>Leaves all space that the model does not take.</summary>
    public void MakeSpace() => File.Delete(Ballast);

    private static bool Takes(FileStream file, int bytes)
    {
        try
        {
            file.Write(new byte[bytes]);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        if (!_holder.HasExited)
            _holder.Kill();
        _holder.WaitForExit();
        _holder.Dispose();
        _folder.Dispose();
    }
}
