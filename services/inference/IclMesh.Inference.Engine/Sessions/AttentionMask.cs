using IclMesh.Inference.Core;

namespace IclMesh.Inference.Engine.Sessions;

/// <summary>Positions and masks of a run, for sequences and for forests of continuations.</summary>
internal static class AttentionMask
{
    /// <summary>Far below any score, yet finite: its exponential is exactly 0.</summary>
    public const float Masked = -1e9f;

    /// <summary>Position of each new token, [S].</summary>
    public static long[] Positions(ForwardPass pass)
    {
        var positions = new long[pass.Tokens.Length];
        for (var row = 0; row < positions.Length; row++)
        {
            var parent = pass.Parents is null ? row - 1 : pass.Parents[row];
            positions[row] = parent < 0 ? pass.Past : positions[parent] + 1;
        }

        return positions;
    }

    /// <summary>Mask of a forest, [S, past + S]: a token sees the past, its ancestors and itself.</summary>
    public static float[] Forest(ForwardPass pass)
    {
        var (rows, total, past) = (pass.Tokens.Length, pass.Total, pass.Past);
        var mask = new float[rows * total];
        for (var row = 0; row < rows; row++)
        {
            var tail = mask.AsSpan((row * total) + past, rows);
            var parent = pass.Parents![row];
            if (parent < 0)
            {
                tail.Fill(Masked);
            }
            else
            {
                mask.AsSpan((parent * total) + past, rows).CopyTo(tail);
            }

            tail[row] = 0;
        }

        return mask;
    }

    /// <summary>Mask of chosen rows over the whole buffer, [Q, capacity], what lies behind the last token included.</summary>
    /// <param name="pass">The run.</param>
    /// <param name="forest">Result of <see cref="Forest"/>, or empty for a sequence.</param>
    /// <param name="capacity">Tokens that fit the buffer.</param>
    public static float[] Rows(ForwardPass pass, ReadOnlySpan<float> forest, int capacity)
    {
        var mask = new float[pass.AttentionRows.Count * capacity];
        for (var index = 0; index < pass.AttentionRows.Count; index++)
        {
            var row = pass.AttentionRows[index];
            var target = mask.AsSpan(index * capacity, capacity);
            if (pass.Parents is null)
            {
                target[(pass.Past + row + 1)..].Fill(Masked);
            }
            else
            {
                forest.Slice(row * pass.Total, pass.Total).CopyTo(target);
                target[pass.Total..].Fill(Masked);
            }
        }

        return mask;
    }

    /// <summary>Key position minus query position for each pair, [rows, columns]; 0 behind the last token.</summary>
    /// <param name="pass">The run.</param>
    /// <param name="positions">Positions of the new tokens.</param>
    /// <param name="rows">New tokens to make rows for.</param>
    /// <param name="columns">Length of a row.</param>
    public static float[] Distances(ForwardPass pass, long[] positions, IReadOnlyList<int> rows, int columns)
    {
        var distances = new float[rows.Count * columns];
        for (var index = 0; index < rows.Count; index++)
        {
            var query = positions[rows[index]];
            var target = distances.AsSpan(index * columns, columns);
            for (var key = 0; key < pass.Total; key++)
            {
                target[key] = (key < pass.Past ? key : positions[key - pass.Past]) - query;
            }
        }

        return distances;
    }
}
