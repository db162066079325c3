using System.Text.Json;

namespace MoE.Compute.Data;

/// <summary>
/// A JSON file that declares what columns hold: <c>{"columns": [{"name": "day", "type": "cat"}, ...]}</c>, or one such
/// object per data set under the data file's name without its extensions.
/// </summary>
public static class SchemaFile
{
    /// <summary>The columns that the file at <paramref name="path"/> declares for <paramref name="source"/>.</summary>
    /// <param name="path">The schema file.</param>
    /// <param name="source">The data file's path or name; folders and extensions do not matter.</param>
    /// <exception cref="SourceException">The file is missing, no JSON, or silent on the source.</exception>
    public static IReadOnlyList<Column> Read(string path, string source)
    {
        using var document = Parse(path);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
            throw new SourceException($"{path} holds a JSON {root.ValueKind}; an object is expected.");
        var columns = root.TryGetProperty("columns", out var own) ? own : Entry(root, path, NameOf(source));
        if (columns.ValueKind != JsonValueKind.Array)
            throw new SourceException($"{path} has \"columns\" that are not a list of names and types.");
        return [.. columns.EnumerateArray().Select((column, i) => ColumnOf(column, path, i))];
    }

    private static JsonDocument Parse(string path)
    {
        try
        {
            using var file = RowSources.OpenFile(path);
            return JsonDocument.Parse(file);
        }
        catch (JsonException e)
        {
            throw new SourceException($"{path} is not valid JSON: {e.Message}", e);
        }
        catch (IOException e)
        {
            throw new SourceException($"{path} cannot be read: {e.Message}", e);
        }
    }

    private static string NameOf(string source) => Path.GetFileName(source).Split('.')[0];

    private static JsonElement Entry(JsonElement root, string path, string name)
    {
        if (!root.TryGetProperty(name, out var entry))
        {
            var known = root.EnumerateObject().Select(p => p.Name);
            throw new SourceException($"{path} has no data set '{name}'.{NearestName.Suggestion(name, known)}");
        }
        return entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("columns", out var columns) ? columns
            : throw new SourceException($"{path} declares no \"columns\" for '{name}'.");
    }

    private static Column ColumnOf(JsonElement column, string path, int place)
    {
        if (Text(column, "name") is not { } name)
            throw new SourceException($"{path}: column {place + 1} has no \"name\".");
        return Text(column, "type") switch
        {
            "num" => new(name, ColumnKind.Numeric),
            "cat" => new(name, ColumnKind.Categorical),
            var other => throw new SourceException($"{path}, column '{name}': type '{other}'; num or cat is expected."),
        };
    }

    private static string? Text(JsonElement element, string property) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(property, out var value)
            && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
