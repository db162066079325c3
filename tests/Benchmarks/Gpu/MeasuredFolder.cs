using System.Text.Json.Nodes;

namespace MoE.Benchmarks.Gpu;

/// <summary>What scripts/gpu-measure.sh left: a JSON file for each step that had something to say.</summary>
internal sealed class MeasuredFolder
{
    private const string StreamPrefix = "stream.";

    private readonly string _path;

    /// <param name="path">The folder.</param>
    /// <exception cref="InvalidDataException">It holds no measurement.</exception>
    public MeasuredFolder(string path)
    {
        _path = path;
        Steps = Read("steps") ?? throw new InvalidDataException(
            $"{path} has no steps.json; give the folder that scripts/gpu-measure.sh wrote, once it has ended.");
        Facts = Read("facts") ?? throw new InvalidDataException(
            $"{path} has no facts.json, so nothing says what it is of.");
    }

    /// <summary>The steps, and how each ended.</summary>
    public JsonNode Steps { get; }

    /// <summary>The machine and its device.</summary>
    public JsonNode Facts { get; }

    /// <summary>The name of the device that was measured, such as cuda:0.</summary>
    public string Device => Text(Facts["device"]);

    /// <summary>What a step wrote; null where it wrote nothing.</summary>
    /// <exception cref="InvalidDataException">It is not JSON.</exception>
    public JsonNode? Read(string step)
    {
        var file = Path.Combine(_path, $"{step}.json");
        if (!File.Exists(file))
            return null;
        try
        {
            return JsonNode.Parse(File.ReadAllText(file));
        }
        catch (System.Text.Json.JsonException e)
        {
            throw new InvalidDataException($"{file} is not JSON: {e.Message}", e);
        }
    }

    /// <summary>The runs of whole streams, in the order in which they were made.</summary>
    public IEnumerable<StreamRun> Streams() =>
        from step in Items(Steps["steps"])
        let name = Text(step["name"])
        where name.StartsWith(StreamPrefix, StringComparison.Ordinal)
        let summary = Read(name)
        where summary is not null
        let parts = name[StreamPrefix.Length..].Split('.')
        select new StreamRun(string.Join('.', parts[..^2]), parts[^2], summary);

    /// <summary>The items of a list; none where there is no list.</summary>
    public static IEnumerable<JsonNode> Items(JsonNode? list) => list?.AsArray().OfType<JsonNode>() ?? [];

    /// <summary>A text; empty where there is none.</summary>
    public static string Text(JsonNode? node) => node?.GetValue<string>() ?? "";

    /// <summary>A number; not a number where there is none.</summary>
    public static double Number(JsonNode? node) => node?.GetValue<double>() ?? double.NaN;
}

/// <summary>One run of a whole stream.</summary>
/// <param name="Name">The stream.</param>
/// <param name="Where">What computed it, as in the name of its file: cpu, cuda-0, auto.</param>
/// <param name="Summary">The summary of moe evaluate.</param>
internal sealed record StreamRun(string Name, string Where, JsonNode Summary)
{
    /// <summary>Rows that were learned; fewer than the stream has where the run was cut short.</summary>
    public double Rows => MeasuredFolder.Number(Summary["rows"]);

    /// <summary>Accuracy in percent.</summary>
    public double Accuracy => MeasuredFolder.Number(Summary["accuracy"]);

    /// <summary>Rows learned per second.</summary>
    public double Speed => MeasuredFolder.Number(Summary["rowsPerSecond"]);

    /// <summary>The kinds of expert that a device computed.</summary>
    public IEnumerable<string> KindsOnDevice => MeasuredFolder.Items(Summary["experts"])
        .Where(expert => MeasuredFolder.Text(expert["device"]) != "cpu")
        .Select(expert => MeasuredFolder.Text(expert["kind"])).Distinct().Order(StringComparer.Ordinal);
}
