using Akka.Configuration;

namespace MoE.Actors.Configuration;

/// <summary>The value of a setting as it was written: one text, or a list of them.</summary>
public sealed record SettingValue(IReadOnlyList<string> Items, bool IsList)
{
    /// <summary>An empty block {}, which is no value.</summary>
    public static SettingValue EmptyBlock { get; } = new(["{}"], IsList: false) { IsBlock = true };

    /// <summary>Whether it is a block of settings where one value should be.</summary>
    public bool IsBlock { get; private init; }

    /// <summary>Takes a text as it is, or as a list where it has the form ["a", "b"].</summary>
    public static SettingValue Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var check = new HoconCheck(text);
        if (!text.StartsWith('[') || check.Problems.Count > 0)
            return new([text], IsList: false);
        try
        {
            var value = ConfigurationFactory.ParseString($"list = {check.Plain}").Root.GetObject().GetKey("list");
            return new(value.IsArray() ? [.. value.GetArray().Select(v => v.GetString() ?? "")] : [], IsList: true);
        }
        catch (Exception e) when (e is FormatException or ConfigurationException)
        {
            // No list after all; where a list is needed, the text itself is named as what is wrong.
            return new([text], IsList: false);
        }
    }

    /// <summary>The value for a message: a list as ["a", "b"].</summary>
    public override string ToString() =>
        IsList ? $"[{string.Join(", ", Items.Select(i => $"\"{i}\""))}]" : Items[0];
}
