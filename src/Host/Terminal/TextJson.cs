using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MoE.Compute;

namespace MoE.Host.Terminal;

/// <summary>JSON as moe prints it.</summary>
internal static class TextJson
{
    /// <summary>A value on one line, with escapes for what a terminal would obey.</summary>
    public static string Line<T>(T value, JsonTypeInfo<T> type) =>
        PlainText.Json(JsonSerializer.Serialize(value, type));
}
