using System.CommandLine;
using System.Globalization;
using MoE.Compute;
using MoE.Host.Measures;

namespace MoE.Host.Commands.Measures;

/// <summary>The verbs of <c>moe bench</c>.</summary>
internal static class BenchCommand
{
    /// <summary>The verbs that measure this machine.</summary>
    public static Command Create() =>
        new("bench", "Measures this machine.") { ComputeBenchCommand.Create(TimeProvider.System) };
}

/// <summary>The verb <c>bench compute</c>.</summary>
internal static class ComputeBenchCommand
{
    private const int MostExperts = 65_536;
    private const int MostRows = 65_536;

    private static readonly NamedDevices Devices = new();

    private static readonly Option<string> Experts = TextOption.Of("--experts", "N,N,...",
        "Sizes of the pools of routed experts. Default: 8,32,128,512,1024.");

    private static readonly Option<string> Rows =
        TextOption.Of("--rows", "N", "Rows per batch. Default: 1024.");

    private static readonly Option<bool> Json =
        new("--json") { Description = "Prints the result as one line of JSON." };

    /// <summary>The verb with its options, its help and what it does.</summary>
    /// <param name="time">The clock.</param>
    public static Verb Create(TimeProvider time)
    {
        var verb = new Verb("compute",
            "Measures how fast experts predict and learn here, relative to the measured roofline.",
            "moe bench compute --experts 8 --rows 64")
        {
            Needs = "nothing",
            Takes = "only options",
        };
        verb.Add([Devices.Device, Experts, Rows, Json]);
        verb.SetAction(line =>
        {
            using var bench = new ComputeBench(time);
            var result = bench.Run(Read(line));
            foreach (var text in line.GetValue(Json) ? [BenchJson.Write(result)] : BenchText.Lines(result))
                Console.Out.WriteLine(text);
            return ExitCode.Done;
        });
        return verb;
    }

    private static ComputeBenchRequest Read(ParseResult line)
    {
        List<string> problems = [];
        List<int> experts = [];
        foreach (var text in (line.GetValue(Experts) ?? "8,32,128,512,1024").Split(','))
            experts.Add(Count(Experts.Name, text, MostExperts, problems));
        var rows = Count(Rows.Name, line.GetValue(Rows) ?? "1024", MostRows, problems);
        var devices = Devices.Read(line, problems);
        return problems.Count == 0
            ? new ComputeBenchRequest(devices, experts, rows)
            : throw new InvalidOptionsException(problems);
    }

    private static int Count(string option, string text, int most, List<string> problems)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count >= 1 && count <= most)
            return count;
        problems.Add($"{option} is '{text}'; it must be a whole number from 1 to {most}.");
        return 0;
    }
}
