using System.Diagnostics;
using System.Runtime.CompilerServices;
using MoE.Needs;
using Xunit;

namespace MoE.Torture.Tests.Storage;

/// <summary>A test that mounts a <see cref="SmallDisk"/>. Where that is not allowed it is skipped, and counted.</summary>
internal sealed class SmallDiskFactAttribute : FactAttribute
{
    private static readonly string? Missing = Find();

    public SmallDiskFactAttribute([CallerMemberName] string test = "") =>
        (Skip, DisplayName) = Skipping.Of(test, Missing);

    private static string? Find()
    {
        const string Remedy = "Run the tests as root, or allow it: sysctl -w kernel.unprivileged_userns_clone=1.";
        if (!OperatingSystem.IsLinux())
            return "This test mounts a disk in a namespace, which only Linux has.";
        try
        {
            using var folder = new TemporaryFolder();
            using var mount = Process.Start(new ProcessStartInfo("unshare", SmallDisk.Mount(1, folder.Path, "true"))
            {
                RedirectStandardError = true,
            })!;
            var said = mount.StandardError.ReadToEnd().Trim();
            mount.WaitForExit();
            return mount.ExitCode == 0 ? null : $"No small disk can be mounted here ({said}). {Remedy}";
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return $"No small disk can be mounted here ({e.Message}): apt-get install -y util-linux.";
        }
    }
}
