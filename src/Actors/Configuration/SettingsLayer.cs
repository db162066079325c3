using System.Collections;
using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace MoE.Actors.Configuration;

/// <summary>Settings from one place: a file, the environment, the command line.</summary>
/// <param name="Origin">The place, as it is named in messages.</param>
/// <param name="Values">Values by full key.</param>
/// <param name="Problems">What was wrong with the place itself.</param>
public sealed record SettingsLayer(
    string Origin, IReadOnlyDictionary<string, SettingValue> Values, IReadOnlyList<string> Problems)
{
    private const string VariablePrefix = "MOE__";

    /// <summary>The settings that MoE.Actors comes with: every key there is.</summary>
    public static SettingsLayer Defaults { get; } = FromHocon("moe.hocon", ReadResource());

    /// <summary>Reads a text in HOCON.</summary>
    public static SettingsLayer FromHocon(string origin, string text)
    {
        Dictionary<string, SettingValue> values = [];
        var check = new HoconCheck(text);
        List<string> problems = [.. check.Problems.Select(p => $"{origin}, {p}")];
        try
        {
            var config = problems.Count > 0 ? Config.Empty : ConfigurationFactory.ParseString(check.Plain);
            if (!config.IsEmpty)
                Flatten(config.Root, "", 0, values);
        }
        catch (Exception e) when (e is FormatException or ConfigurationException)
        {
            problems.Add($"{origin} is not valid HOCON: {e.Message.Split('\n')[0].Trim()}");
        }
        return new(origin, values, problems);
    }

    /// <summary>Takes variables such as MOE__ROUTER__TOP_K=2, which is moe.router.top-k.</summary>
    public static SettingsLayer FromEnvironment(IDictionary variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        Dictionary<string, SettingValue> values = [];
        foreach (var name in variables.Keys.Cast<string>().Order(StringComparer.Ordinal))
        {
            if (name.StartsWith(VariablePrefix, StringComparison.Ordinal))
                values[KeyOf(name)] = SettingValue.Parse((string?)variables[name] ?? "");
        }
        return new("environment", values, []);
    }

    /// <summary>Takes texts such as moe.router.top-k=2; of two for one key, the later.</summary>
    public static SettingsLayer FromAssignments(string origin, IEnumerable<string> assignments)
    {
        ArgumentNullException.ThrowIfNull(assignments);
        Dictionary<string, SettingValue> values = [];
        List<string> problems = [];
        foreach (var text in assignments)
        {
            if (text.Split('=', 2) is [{ Length: > 0 } key, var value])
                values[key.Trim()] = SettingValue.Parse(value.Trim());
            else
                problems.Add($"{origin}: '{text}' is not a setting; write key=value, such as moe.router.top-k=2.");
        }
        return new(origin, values, problems);
    }

    private static string KeyOf(string variable) =>
        variable.Replace("__", ".", StringComparison.Ordinal).Replace('_', '-').ToLowerInvariant();

    private static void Flatten(HoconValue value, string key, int words, Dictionary<string, SettingValue> values)
    {
        if (words > HoconCheck.MostDeep)
            throw new FormatException($"a key has more than {HoconCheck.MostDeep} parts.");
        if (!value.IsObject())
        {
            values[key] = value.IsArray()
                ? new SettingValue([.. value.GetArray().Select(v => v.GetString() ?? "")], IsList: true)
                : new SettingValue([value.GetString() ?? ""], IsList: false);
            return;
        }
        var items = value.GetObject().Items;
        if (items.Count == 0 && words > 0)
            values[key] = SettingValue.EmptyBlock;
        foreach (var item in items)
            Flatten(item.Value, words == 0 ? item.Key : $"{key}.{item.Key}", words + 1, values);
    }

    private static string ReadResource()
    {
        using var stream = typeof(SettingsLayer).Assembly.GetManifestResourceStream("moe.hocon")
            ?? throw new InvalidOperationException("The assembly was built without hocon/moe.hocon.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
