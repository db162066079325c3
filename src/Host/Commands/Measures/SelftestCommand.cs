using System.CommandLine;
using System.Diagnostics;
using MoE.Compute;
using MoE.Compute.Checks;
using MoE.Compute.Gpu.Devices;
using MoE.Host.Measures;

namespace MoE.Host.Commands.Measures;

/// <summary>The verb <c>selftest</c>.</summary>
internal static class SelftestCommand
{
    private const ulong Seed = 1;

    /// <summary>The verb with its options, its help and what it does.</summary>
    public static Verb Create()
    {
        var devices = new NamedDevices(
            "Device to check, such as cuda:0, opencl:0 or ilgpu-cpu. Default: every GPU, else ilgpu-cpu.");
        var kind = TextOption.Of("--kind", "KIND",
            $"Kind of kernel to check: {string.Join(", ", SelfTest.Kinds)}. Default: all.");
        var json = new Option<bool>("--json") { Description = "Prints the result as one line of JSON." };
        var verb = new Verb("selftest", "Checks that every GPU kernel agrees with its definition in C#.",
            "moe selftest --device ilgpu-cpu")
        {
            Needs = "nothing",
            Takes = "only options",
        };
        verb.Add([devices.Device, kind, json]);
        verb.SetAction((line, cancel) => Task.FromResult(Run(
            Devices(devices, line), Subjects(line.GetValue(kind)), line.GetValue(json), cancel)));
        return verb;
    }

    private static IReadOnlyList<FoundDevice> Devices(NamedDevices devices, ParseResult line)
    {
        List<string> problems = [];
        var found = devices.Read(line, problems);
        return problems.Count > 0 ? throw new InvalidOptionsException(problems)
            : found.Count > 0 ? found
            : [DeviceSearch.Run().Devices[^1]];
    }

    private static IReadOnlyList<string> Subjects(string? kind)
    {
        if (kind is null)
            return SelfTest.Subjects;
        List<string> subjects = [.. SelfTest.Subjects.Where(subject => SelfTest.KindOf(subject) == kind)];
        return subjects.Count > 0 ? subjects : throw new InvalidOptionsException([
            $"--kind is '{kind}', which has no kernel.{NearestName.Suggestion(kind, SelfTest.Kinds)}"]);
    }

    private static int Run(
        IReadOnlyList<FoundDevice> devices, IReadOnlyList<string> subjects, bool json, CancellationToken cancel)
    {
        List<SelftestResult> results = [];
        foreach (var found in devices)
        {
            using var device = ComputeDevice.Open(found);
            foreach (var subject in subjects)
            {
                cancel.ThrowIfCancellationRequested();
                var start = Stopwatch.GetTimestamp();
                var finding = SelfTest.Run(device, subject, Seed);
                results.Add(new SelftestResult(found.Name, finding, Stopwatch.GetElapsedTime(start)));
                Console.Error.WriteLine($"{found.Name}: {subject}: {(finding.Holds ? "holds" : "FAILS")}");
            }
        }
        foreach (var line in json ? [BenchJson.Write(results)] : SelftestText.Lines(results))
            Console.Out.WriteLine(line);
        return results.All(result => result.Finding.Holds) ? ExitCode.Done : ExitCode.BadData;
    }
}
