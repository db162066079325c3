using MoE.Compute.Encoding;

namespace MoE.Compute.Kernels.Launches;

/// <summary>The rows of consecutive batches on their way to a device, as if they were one.</summary>
internal readonly record struct RowsUpload(
    UploadPart Z, UploadPart Rank, UploadPart Category, UploadPart Targets, UploadPart Known)
{
    /// <summary>Adds the rows of batches that have the same columns and the same length of answers.</summary>
    public static RowsUpload Add(Upload upload, ReadOnlySpan<TrainingBatch> batches)
    {
        var rows = 0;
        foreach (var batch in batches)
            rows += batch.Rows;
        var (numeric, categorical) = (batches[0].Features.Numeric, batches[0].Features.Categorical);
        return new RowsUpload(
            Add<float>(upload, batches, rows * numeric, batch => batch.Features.Z.AsSpan(0, batch.Rows * numeric)),
            Add<float>(upload, batches, rows * numeric, batch => batch.Features.Rank.AsSpan(0, batch.Rows * numeric)),
            Add<int>(upload, batches, rows * categorical, batch => batch.Features.Category.AsSpan(0, batch.Rows * categorical)),
            Add<int>(upload, batches, rows, batch => batch.Labels.Targets.AsSpan(0, batch.Rows)),
            Add<int>(upload, batches, rows, batch => batch.Labels.Known.AsSpan(0, batch.Rows)));
    }

    /// <summary>The rows as kernels read them.</summary>
    public BatchView View(Upload upload, TrainingBatch like) => new()
    {
        Numeric = like.Features.Numeric,
        Categorical = like.Features.Categorical,
        ClassStride = like.Labels.Stride,
        Z = upload.View<float>(Z),
        Rank = upload.View<float>(Rank),
        Category = upload.View<int>(Category),
        Targets = upload.View<int>(Targets),
        Known = upload.View<int>(Known),
    };

    private delegate ReadOnlySpan<T> Numbers<T>(TrainingBatch batch);

    private static UploadPart Add<T>(
        Upload upload, ReadOnlySpan<TrainingBatch> batches, int count, Numbers<T> numbers) where T : unmanaged
    {
        var room = upload.Add<T>(count, out var part);
        foreach (var batch in batches)
        {
            numbers(batch).CopyTo(room);
            room = room[numbers(batch).Length..];
        }
        return part;
    }
}
